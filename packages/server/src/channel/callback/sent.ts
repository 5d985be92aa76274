import { parseForm } from '@cloudbell/core/callback/form.ts';
import { formStringToSign } from '@cloudbell/core/callback/form-signature.ts';
import { FORM_CONTENT_TYPE } from '@cloudbell/core/callback/render.ts';
import { decodeUtf8 } from '@cloudbell/core/callback/utf8.ts';
import type { ClaimedDelivery } from '@cloudbell/core/notify/delivery.ts';
import { shownEndpoint } from '@cloudbell/core/notify/shown-endpoint.ts';
import type { SentMessage } from '@cloudbell/core/notify/test-send.ts';
import { headerPairs } from '../http/header-pairs.ts';

/** A callback as it went out, with what its signatures sign: whoever writes a receiver can compare byte by byte. */
export function sentCallback(url: URL, headers: readonly string[], delivery: ClaimedDelivery): SentMessage {
  const body = decodeUtf8(delivery.body);
  const pairs = headerPairs(headers);
  const timestamp = pairs.find(([name]) => name === 'webhook-timestamp')?.[1] ?? '';
  const webhook = { name: 'webhook-signature', text: `${delivery.deliveryId}.${timestamp}.${body}` };
  const form = { name: 'signature', text: formStringToSign(parseForm(body)) };
  const signed = delivery.contentType === FORM_CONTENT_TYPE ? [form, webhook] : [webhook];
  return { target: `POST ${shownEndpoint(url.href)}`, headers: pairs, body, signed };
}
