/** The same array when `index` fits, else a copy at least twice as long; new elements are 0. */
export function withRoomFor(array: Float64Array, index: number): Float64Array {
  if (index < array.length) return array;
  const grown = new Float64Array(Math.max(index + 1, array.length * 2));
  grown.set(array);
  return grown;
}
