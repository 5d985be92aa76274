import type { FoldOptions, FoldState } from './fold.ts';

export function saveFold(_state: FoldState): Uint8Array {
  throw new Error('being written');
}

export function loadFold(_options: FoldOptions, _bytes: Uint8Array): FoldState {
  throw new Error('being written');
}
