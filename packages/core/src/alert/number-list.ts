/** A growing list of whole numbers in one array of four bytes each. */
export interface NumberList {
  numbers: Int32Array;
  count: number;
}

export function createNumberList(): NumberList {
  return { numbers: new Int32Array(4), count: 0 };
}

export function addNumber(list: NumberList, number: number): void {
  if (list.count === list.numbers.length) {
    const longer = new Int32Array(list.count < 65_536 ? list.count * 2 : Math.ceil(list.count * 1.5));
    longer.set(list.numbers);
    list.numbers = longer;
  }
  list.numbers[list.count++] = number;
}

/** Keeps those that `holds` keeps, in their order. */
export function keepNumbers(list: NumberList, holds: (number: number) => boolean): void {
  const kept = list.numbers.subarray(0, list.count).filter(holds);
  list.numbers = kept.length > 0 ? kept : new Int32Array(4);
  list.count = kept.length;
}
