/** Emphasis, links and images within each other as deep as makes sense: each is read as a part of all around it, and by calls within calls. */
export const DEEPEST = 100;

const depths = new WeakMap<object, number>();

/** Notes how many elements deep this one is, counted from the innermost, which is 1. */
export function isAsDeepAs(element: object, depth: number): void {
  depths.set(element, depth);
}

/** How deep an element around these would be. */
export function depthAround(elements: readonly (object | null)[]): number {
  let deepest = 0;
  for (const element of elements) if (element !== null) deepest = Math.max(deepest, depths.get(element) ?? 0);
  return deepest + 1;
}
