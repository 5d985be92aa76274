import type { TestSendAnswer, TestSendInput } from '@cloudbell/core/contract/test-send.ts';
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTestSend } from '../data/test-send.ts';
import { countText } from '../data/words.ts';
import { testSendStrings as text } from '../strings-test-send.ts';
import { Badge } from './badges.tsx';
import { Bytes } from './facts.tsx';
import { May } from './may.tsx';
import { ProblemNote } from './problem.tsx';

/**
 * A button that sends one message to what a field holds, and below it what came of that. A result stands for what was
 * tested: once the field holds something else, it is gone.
 */
export function TestSend(props: {
  /** Of the field, for whoever cannot see where the button stands. */
  readonly what: string;
  /** Null while the field is empty. */
  readonly test: TestSendInput | null;
}): ReactNode {
  const { what, test } = props;
  const send = useTestSend();
  const isOfThis = test !== null && targetOf(send.variables) === targetOf(test);
  return (
    <May do="testSend">
      <div className="test-send">
        <div className="test-send-head">
          <Button
            size="compact-sm"
            variant="default"
            aria-label={text.sendTo(what)}
            disabled={test === null}
            title={test === null ? text.nowhere : text.hint}
            loading={send.isPending}
            onClick={() => test !== null && send.mutate(test)}
          >
            {text.send}
          </Button>
          <span className="quiet small" aria-live="polite">
            {send.isPending ? text.underWay : ''}
          </span>
        </div>
        {isOfThis ? <ProblemNote error={send.error} /> : null}
        {isOfThis && send.data !== undefined && !send.isPending ? (
          <Result what={what} of={send.data} onClose={() => send.reset()} />
        ) : null}
      </div>
    </May>
  );
}

const targetOf = (test: TestSendInput | undefined): string =>
  JSON.stringify([test?.channel, test?.endpoint, test?.contact, test?.secret, test?.profile]);

function Result(props: {
  readonly what: string;
  readonly of: TestSendAnswer;
  readonly onClose: () => void;
}): ReactNode {
  const { outcome, status, durationMs, error, hint, answer, sent, signed } = props.of;
  const isAccepted = outcome === 'accepted';
  return (
    <section className="test-result" aria-label={text.result(props.what)}>
      <div className="test-result-head" role="status">
        <Badge tone={isAccepted ? 'green' : 'red'} symbol={isAccepted ? '✓' : '✕'}>
          {isAccepted ? text.arrived : text.failed}
        </Badge>
        <span className="small">
          {outcome}
          {status === null ? '' : ` ${status}`}, {text.took(countText(durationMs))}
        </span>
        <Button size="compact-xs" variant="subtle" aria-label={text.close} onClick={props.onClose}>
          ✕
        </Button>
      </div>
      {error === null ? null : <p>{error}</p>}
      {hint === null ? null : <p>{hint}</p>}
      {answer === null || answer === '' ? null : (
        <More title={text.answer}>
          <Bytes label={text.answer}>{answer}</Bytes>
        </More>
      )}
      {sent === null ? (
        <p className="quiet">{text.nothingSent}</p>
      ) : (
        <More title={text.sent(countText(sent.bytes))}>
          <Bytes label={text.sent(countText(sent.bytes))}>{`${sent.head}\n\n${sent.body}`}</Bytes>
        </More>
      )}
      {signed.map((one) => (
        <More key={one.name} title={text.signed(one.name)}>
          <p>{text.keyedWith(one.algorithm, one.key)}</p>
          <Bytes label={text.signed(one.name)}>{one.text}</Bytes>
          <p>{text.signature}</p>
          <Bytes label={one.name}>{one.value}</Bytes>
        </More>
      ))}
    </section>
  );
}

function More({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <details>
      <summary>{title}</summary>
      <div className="test-result-more">{children}</div>
    </details>
  );
}
