/**
 * `npm run torture [-- --cycles 300 --rate 500]`: see torture.ts. Ends with 1 when the history has a fault. SIGTERM ends the
 * kills early; what was done by then is judged.
 */
import { parseArgs } from 'node:util';
import { torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    cycles: { type: 'string', default: '300' },
    rate: { type: 'string', default: '500' },
    'life-ms-max': { type: 'string', default: '4000' },
  },
});
const enough = new AbortController();
process.once('SIGTERM', () => enough.abort());
const { verdict, folder } = await torture({
  cycles: Number(values.cycles),
  perSecond: Number(values.rate),
  lifeMsMax: Number(values['life-ms-max']),
  graceS: 20,
  spoiltMax: 4,
  enough: enough.signal,
  say: (line) => console.log(`${new Date().toISOString()} ${line}`),
});
const { faults, ...figures } = verdict;
console.log(`history: ${folder}/history.jsonl`);
console.table(figures);
for (const fault of faults) console.log(fault);
console.log(faults.length === 0 ? 'Nothing lost, invented, inverted or overtried.' : 'FAULTS FOUND');
process.exitCode = faults.length === 0 ? 0 : 1;
