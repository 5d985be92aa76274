import { Group, NativeSelect, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { secondsText } from '../../data/words.ts';
import { ruleStrings } from '../../strings-rules.ts';

const text = ruleStrings.form;
const OTHER = 'other';

/** A length of time: the usual ones to choose from, any other in seconds. Empty is "never", where that is a choice. */
export function SecondsInput(props: {
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly usual: readonly number[];
  readonly canBeNever?: boolean;
  /** What 0 means, where it is a choice. */
  readonly zero?: string;
  readonly error?: string | undefined;
}): ReactNode {
  const isUsual = props.usual.map(String).includes(props.value) || (props.canBeNever && props.value === '');
  const [isOther, setOther] = useState(!isUsual);
  const choose = (chosen: string): void => {
    setOther(chosen === OTHER);
    if (chosen !== OTHER) props.onChange(chosen);
  };
  return (
    <Group align="flex-start" gap="xs" grow preventGrowOverflow={false} wrap="nowrap">
      <NativeSelect
        label={props.label}
        description={props.description}
        value={isOther ? OTHER : props.value}
        onChange={({ currentTarget }) => choose(currentTarget.value)}
        error={isOther ? undefined : props.error}
        data={[
          ...props.usual.map((seconds) => ({
            value: String(seconds),
            label: seconds === 0 && props.zero !== undefined ? props.zero : secondsText(seconds),
          })),
          ...(props.canBeNever ? [{ value: '', label: text.never }] : []),
          { value: OTHER, label: text.other },
        ]}
      />
      {isOther ? (
        <TextInput
          label={text.seconds}
          aria-label={text.otherSeconds(props.label)}
          inputMode="numeric"
          value={props.value}
          onChange={({ currentTarget }) => props.onChange(currentTarget.value)}
          rightSection={<span className="quiet small">s</span>}
          error={props.error}
        />
      ) : null}
    </Group>
  );
}
