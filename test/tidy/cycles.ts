import type { Finding, Tree } from './tree.ts';

/** Groups of files that import one another in a circle, type imports included (Tarjan's strongly connected components). */
export function cycles(tree: Tree): Finding[] {
  const search = new Search(tree);
  for (const file of tree.files) search.visit(file.path);
  return search.circles.map((circle) => {
    const file = circle[0] ?? '';
    const others = circle.slice(1);
    const target = tree.byPath.get(file)?.code?.imports.find((one) => circle.includes(one.target ?? ''));
    const with_ = others.length === 0 ? 'itself' : others.join(', ');
    return {
      file,
      line: target?.line ?? 1,
      message: `imports in a circle with ${with_}; move what both need into a third file`,
    };
  });
}

class Search {
  readonly circles: string[][] = [];
  readonly #tree: Tree;
  readonly #order = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #stack: string[] = [];

  constructor(tree: Tree) {
    this.#tree = tree;
  }

  visit(path: string): number {
    const known = this.#order.get(path);
    if (known !== undefined) return known;
    const order = this.#order.size;
    this.#order.set(path, order);
    this.#low.set(path, order);
    this.#stack.push(path);
    const targets = this.#targets(path);
    for (const target of targets) {
      const isNew = !this.#order.has(target);
      this.visit(target);
      if (isNew) this.#lower(path, this.#low.get(target) ?? order);
      else if (this.#stack.includes(target)) this.#lower(path, this.#order.get(target) ?? order);
    }
    if (this.#low.get(path) === order) this.#close(path, targets.includes(path));
    return order;
  }

  #targets(path: string): string[] {
    const imports = this.#tree.byPath.get(path)?.code?.imports ?? [];
    return imports.map((one) => one.target ?? '').filter((target) => this.#tree.byPath.has(target));
  }

  #lower(path: string, low: number): void {
    this.#low.set(path, Math.min(this.#low.get(path) ?? low, low));
  }

  #close(path: string, importsItself: boolean): void {
    const circle = this.#stack.splice(this.#stack.indexOf(path)).sort();
    if (circle.length > 1 || importsItself) this.circles.push(circle);
  }
}
