import { versionOf } from './process.ts';

/** What one run measured, by what it is. */
export type Figures = Readonly<Record<string, number>>;

export interface Contender {
  readonly name: string;
  /** The program and Debian package it needs; null for the product itself. */
  readonly needs: string | null;
  readonly run: () => Promise<Figures>;
}

export interface Discipline {
  readonly title: string;
  /** Of the product, by figure (design.md §8): what it should reach, and what would be better still. */
  readonly budgets?: Readonly<Record<string, string>>;
  readonly contenders: readonly Contender[];
}

/** Runs a discipline and prints, for each figure, everybody's median with the least and the most beside it. */
export async function measure({ title, budgets = {}, contenders }: Discipline, runs: number): Promise<void> {
  console.log(title);
  const present = contenders.filter(({ needs }) => needs === null || versionOf(needs) !== null);
  const measured = new Map<Contender, Figures[]>(present.map((contender) => [contender, []]));
  // In turn, not in blocks: a slow minute of the machine meets everybody alike.
  for (let run = 0; run < runs; run++)
    for (const contender of present) measured.get(contender)?.push(await contender.run());
  const names = new Set([...measured.values()].flatMap((all) => all.flatMap((figures) => Object.keys(figures))));
  for (const name of names) {
    console.log(`  ${name}${budgets[name] === undefined ? '' : `   [budget ${budgets[name]}]`}`);
    for (const [contender, all] of measured) {
      const values = all.flatMap((figures) => figures[name] ?? []).sort((a, b) => a - b);
      if (values.length > 0) console.log(`    ${contender.name.padEnd(48)} ${summary(values)}`);
    }
  }
  for (const { name, needs } of contenders.filter((contender) => !present.includes(contender))) {
    console.log(`  ${name} skipped: ${needs} is not installed (apt-get install ${needs})`);
  }
  console.log('');
}

function summary(sorted: readonly number[]): string {
  const median = shown(sorted[Math.floor(sorted.length / 2)]);
  return sorted.length === 1 ? median : `${median}  (${shown(sorted[0]).trim()} to ${shown(sorted.at(-1)).trim()})`;
}

function shown(value = Number.NaN): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 }).padStart(11);
}
