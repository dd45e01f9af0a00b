import type { Department, Leaf, TypeTraits } from './department.js';
import { DEPARTMENTS } from './departments/index.js';
import { PROJECTS } from './projects.js';

/** A kind of thing with all that is known of it. */
export interface TypeInfo {
  readonly name: string;
  /** Usual price, EUR. */
  readonly price: number;
  readonly traits: TypeTraits;
  readonly leaf: Leaf;
  readonly department: Department;
  /** `garden/hand-tools` */
  readonly path: string;
}

export const TYPES: readonly TypeInfo[] = DEPARTMENTS.flatMap((department) =>
  department.leaves.flatMap((leaf) =>
    leaf.types.map(([name, price, traits = {}]) => ({
      name,
      price,
      traits,
      leaf,
      department,
      path: `${department.slug}/${leaf.slug}`,
    })),
  ),
);

export const TYPE_BY_NAME: ReadonlyMap<string, TypeInfo> = new Map(TYPES.map((type) => [type.name, type]));

/** What goes with each type, with how well: 1 for neighbours in a project, less for those further apart. */
export const COMPANIONS: ReadonlyMap<string, ReadonlyMap<string, number>> = companions();

function companions(): Map<string, Map<string, number>> {
  const result = new Map<string, Map<string, number>>();
  for (const project of PROJECTS) {
    project.forEach((from, i) =>
      project.forEach((to, j) => {
        if (i === j) return;
        const row = result.get(from) ?? new Map<string, number>();
        row.set(to, Math.max(row.get(to) ?? 0, 1 / Math.abs(i - j)));
        result.set(from, row);
      }),
    );
  }
  return result;
}
