/** Each path with everything above it, once: `garden/hand-tools` gives `garden` and `garden/hand-tools`. */
export function withAncestors(paths: readonly string[]): readonly string[] {
  const all = new Set<string>();
  for (const path of paths) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) all.add(path.slice(0, at));
    all.add(path);
  }
  all.delete('');
  return [...all];
}
