/** Words of PromQL that are understood enough to be named when they are refused. */
export const OTHER_AGGREGATORS: ReadonlySet<string> = new Set([
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'limitk',
  'limit_ratio',
  'count_values',
  'quantile',
]);

export const OTHER_OPERATORS: ReadonlySet<string> = new Set([
  '==',
  '!=',
  '>',
  '<',
  '>=',
  '<=',
  'and',
  'or',
  'unless',
  'atan2',
  'bool',
  'on',
  'ignoring',
  'group_left',
  'group_right',
]);
