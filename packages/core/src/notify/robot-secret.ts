/**
 * The secret a DingTalk robot wants its messages signed with. Answers show it masked; a masked one that comes back
 * with a write stands for the stored one, so that what was read can be edited and written back.
 */
const SECRET = /^SEC[\w-]{1,250}$/;
const MASK = /^SEC\*{3}[\w-]{0,4}$/;
/** A secret shorter than this gives none of its end away. */
const LENGTH_SHOWN_MIN = 20;

export const isRobotSecret = (text: string): boolean => SECRET.test(text);

export const isMaskedSecret = (text: string): boolean => MASK.test(text);

/** `SEC***9f2c`: enough for the one who has it to tell it from another. */
export function maskSecret(secret: string): string {
  if (isMaskedSecret(secret)) return secret;
  return `SEC***${secret.length < LENGTH_SHOWN_MIN ? '' : secret.slice(-4)}`;
}
