import type { SigningSecrets } from '../callback/signing-secret.ts';
import type { CallbackProfile } from '../rule/rule.ts';

/**
 * What one callback URL wants to be treated otherwise than the rest: opted into, never by default. Times of schedule and
 * rate are s, as in rules. An endpoint has no settings, or those of one name.
 */
export interface EndpointSettings {
  readonly account: string;
  readonly name: string;
  /** The callback URL, whole. */
  readonly endpoint: string;
  /** s after it was made in which a delivery is retried beyond the schedule of all callbacks; null: it is not. */
  readonly retryFor: number | null;
  readonly rateLimit: RateLimit | null;
  /** Of bodies whose rule does not choose; null: the deployment's. */
  readonly callbackProfile: CallbackProfile | null;
  /** Sent beside ours; names as written. */
  readonly headers: Readonly<Record<string, string>>;
  readonly auth: EndpointAuth | null;
  /** Null: the deployment's signing secret. */
  readonly signing: EndpointSigning | null;
  /** Wall clock, ms. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** At most `attempts` in any `period` s. */
export interface RateLimit {
  readonly attempts: number;
  readonly period: number;
}

export type EndpointAuth =
  | { readonly type: 'basic'; readonly user: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string };

/**
 * steady    `secret` signs, alone. Left by rotating.
 * rotating  both are live: `webhook-signature` is made with each, the form's `signature` with one of them: with `secret`,
 *           or with `next` once that is promoted. Left at `endsAt` (wall clock, ms): then `next` signs alone.
 */
export interface EndpointSigning {
  readonly secret: string;
  readonly rotation: { readonly next: string; readonly isPromoted: boolean; readonly endsAt: number } | null;
}

/** What signs at `now`. */
export function signingSecretsAt({ secret, rotation }: EndpointSigning, now: number): SigningSecrets {
  if (rotation === null) return { primary: secret, previous: null };
  if (now >= rotation.endsAt) return { primary: rotation.next, previous: null };
  if (rotation.isPromoted) return { primary: rotation.next, previous: secret };
  return { primary: secret, previous: rotation.next };
}

/** The rotation that is under way at `now`; one that has ended is over, though it may stand there still. */
export const rotationAt = ({ rotation }: EndpointSigning, now: number): EndpointSigning['rotation'] =>
  rotation !== null && now < rotation.endsAt ? rotation : null;

/** Begins to rotate to `next`. The first secret of an endpoint signs at once. */
export function rotated(
  signing: EndpointSigning | null,
  { next, now, graceMs }: { readonly next: string; readonly now: number; readonly graceMs: number },
): EndpointSigning {
  if (signing === null) return { secret: next, rotation: null };
  const secret = signingSecretsAt(signing, now).primary;
  return { secret, rotation: { next, isPromoted: false, endsAt: now + graceMs } };
}

/** What a callback's body is made with, where it is not what the deployment has. */
export interface CallbackSettings {
  readonly profile: CallbackProfile | null;
  readonly secrets: SigningSecrets | null;
}

export const callbackSettingsAt = (
  { callbackProfile, signing }: Pick<EndpointSettings, 'callbackProfile' | 'signing'>,
  now: number,
): CallbackSettings => ({
  profile: callbackProfile,
  secrets: signing === null ? null : signingSecretsAt(signing, now),
});

/** Every text in them that must be shown to nobody, also as it is sent. */
export function secretsOfSettings({ headers, auth, signing }: EndpointSettings): string[] {
  const signs = signing === null ? [] : [signing.secret, ...(signing.rotation === null ? [] : [signing.rotation.next])];
  return [
    ...Object.values(headers),
    ...(auth === null ? [] : auth.type === 'basic' ? [auth.password] : [auth.token]),
    ...signs.flatMap((secret) => [secret, secret.replace(/^whsec_/, '')]),
  ];
}
