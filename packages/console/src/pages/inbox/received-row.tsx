import type { AlertLevel } from '@cloudbell/core/rule/rule.ts';
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Badge, LevelBadge } from '../../components/badges.tsx';
import { Cut } from '../../components/cut.tsx';
import { Bytes, Facts } from '../../components/facts.tsx';
import { Time } from '../../components/time.tsx';
import type { Received } from '../../data/types.ts';
import { expressionText } from '../../data/words.ts';
import { strings } from '../../strings.ts';

const text = strings.inbox;

/** One request, opened by a click: what it said, whether it can be believed, and its exact bytes. */
export function ReceivedRow({ received }: { readonly received: Received }): ReactNode {
  const isCallback = received.profile !== null;
  const title = (isCallback ? fieldOf(received, 'alertName') : received.problems[0]) ?? text.noName;
  const about = fieldOf(received, 'instanceName') ?? fieldOf(received, 'dimensions') ?? `${received.bodyBytes} bytes`;
  return (
    <details>
      <summary className="row">
        <span className="row-mark">
          {isCallback ? <Level of={received} /> : <Badge tone="plain">{text.noCallback}</Badge>}
        </span>
        <span className="row-what">
          <strong>
            <Cut>{title}</Cut>
          </strong>
          <Cut className="quiet small">{about}</Cut>
        </span>
        <span className="row-value">
          <Cut className="number">{fieldOf(received, 'curValue') ?? strings.none}</Cut>
          <Cut className="quiet small">{expressionText(fieldOf(received, 'expression') ?? '')}</Cut>
        </span>
        <span className="row-when">
          <Time ms={received.receivedAt} />
          <br /> <span className="only-narrow">· </span>
          <Trust received={received} />
        </span>
      </summary>
      <Inside received={received} />
    </details>
  );
}

function Level({ of }: { readonly of: Received }): ReactNode {
  const level = fieldOf(of, 'triggerLevel') ?? '';
  if (['CRITICAL', 'WARN', 'INFO', 'OK'].includes(level)) return <LevelBadge level={level as AlertLevel} />;
  return <Badge tone="plain">{level.slice(0, 20) || strings.none}</Badge>;
}

function Inside({ received }: { readonly received: Received }): ReactNode {
  const attempt = [
    received.attempt === null ? text.notSaid : String(received.attempt),
    ...(received.replay ? [text.replayed] : []),
    ...(received.test ? [text.test] : []),
    ...(received.duplicateOf === null ? [] : [text.seenBefore]),
  ];
  const bytesTitle =
    received.bodyBase64 === null ? strings.deliveries.bytes(received.bodyBytes) : text.base64(received.bodyBytes);
  return (
    <div className="inside">
      <Facts
        of={[
          [text.address, `/inbox/${received.name}`],
          [text.attempt, attempt.join(', ')],
          ['signature', received.formSignature],
          ['webhook-signature', received.webhookSignature],
          ['webhook-id', received.webhookId],
          [text.profile, received.profile],
          ['Content-Type', received.contentType],
          ['dimensions', fieldOf(received, 'dimensions')],
          ['ruleId', fieldOf(received, 'ruleId')],
          ['preTriggerLevel', fieldOf(received, 'preTriggerLevel')],
          [text.problems, received.problems.length === 0 ? undefined : received.problems.join(' ')],
        ]}
      />
      <Text size="sm" c="dimmed" mt="md" mb={4}>
        {bytesTitle}
      </Text>
      <Bytes label={text.bytesLabel}>{received.bodyBase64 ?? received.body}</Bytes>
    </div>
  );
}

/** One glance: may this be believed? The worse of its two signatures. */
function Trust({ received }: { readonly received: Received }): ReactNode {
  const verdicts: readonly string[] = [received.formSignature, received.webhookSignature];
  const verdict = (['invalid', 'expired', 'valid'] as const).find((one) => verdicts.includes(one)) ?? 'absent';
  const isBad = verdict === 'invalid' || verdict === 'expired';
  const tone = verdict === 'valid' ? 'tone-green' : isBad ? 'tone-red' : '';
  return (
    <span className={tone}>
      <span aria-hidden="true">{verdict === 'valid' ? '✓ ' : isBad ? '✕ ' : ''}</span>
      {text[verdict]}
    </span>
  );
}

/** A field as text; null for an absent one and for the literal `null` of the form profiles. */
function fieldOf(received: Received, name: string): string | null {
  const value = Object.hasOwn(received.fields, name) ? received.fields[name] : null;
  if (value === null || value === undefined || value === 'null') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
