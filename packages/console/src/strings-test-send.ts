/** The texts of test sends: a part of the catalogue (strings.ts). */
export const testSendStrings = {
  send: 'Send test',
  sendTo: (what: string) => `Send test: ${what}`,
  result: (what: string) => `Result of the test: ${what}`,
  nowhere: 'Fill it in first.',
  hint: 'One message, marked as a test, with what is in this form. Nothing is saved.',
  underWay: 'Sending … up to 15 s',
  arrived: 'It arrived',
  failed: 'It did not arrive',
  took: (ms: string) => `after ${ms} ms`,
  answer: 'What was answered',
  sent: (bytes: string) => `The exact ${bytes} bytes that were sent`,
  nothingSent: 'Nothing was sent: it did not come to that.',
  signed: (name: string) => `What ${name} signs`,
  keyedWith: (algorithm: string, key: string) => `${algorithm}, keyed with ${key}, of this text:`,
  signature: 'gives this signature, in Base64:',
  close: 'Close the result',
} as const;
