import { Button, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Confirm } from '../../components/confirm.tsx';
import { Cut } from '../../components/cut.tsx';
import { Empty } from '../../components/empty.tsx';
import { Listed } from '../../components/listed.tsx';
import { Section } from '../../components/page.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import { ProblemNote } from '../../components/problem.tsx';
import {
  type EndpointSettings,
  useDeleteEndpointSettings,
  useEndpointSettings,
  usePromote,
} from '../../data/endpoint-settings.ts';
import { useMay } from '../../data/role.ts';
import { endpointText, secondsText } from '../../data/words.ts';
import { strings } from '../../strings.ts';
import { endpointStrings } from '../../strings-endpoints.ts';
import { userStrings } from '../../strings-users.ts';
import { Rotation } from './rotation.tsx';
import { draftOf, NEW_DRAFT } from './settings-draft.ts';
import { type SettingsEdit, SettingsModal } from './settings-modal.tsx';

const text = endpointStrings.settings;

/** What single callback URLs want otherwise than the rest. */
export function SettingsSection(): ReactNode {
  const { data, error } = useEndpointSettings();
  const mayPut = useMay('putEndpointSettings');
  const [edit, setEdit] = useState<SettingsEdit | null>(null);
  const [removing, setRemoving] = useState<string | null>(null);
  const [rotating, setRotating] = useState<string | null>(null);
  const create = (
    <Button size="compact-sm" onClick={() => setEdit({ from: null, draft: NEW_DRAFT })}>
      {text.create}
    </Button>
  );
  return (
    <Section title={text.title} isFlush aside={mayPut ? create : null}>
      <Text px="lg" pt="md">
        {text.intro}
      </Text>
      <ProblemNote error={error} />
      <Listed items={data} empty={<Empty title={text.none} hint={text.noneHint} />}>
        {(all) => (
          <PlainTable columns={Object.values(text.columns)} label={text.title}>
            {all.map((settings) => (
              <Row
                key={settings.name}
                settings={settings}
                mayPut={mayPut}
                onEdit={() => setEdit({ from: settings.version, draft: draftOf(settings) })}
                onRotate={() => setRotating(settings.name)}
                onRemove={() => setRemoving(settings.name)}
              />
            ))}
          </PlainTable>
        )}
      </Listed>
      <SettingsModal edit={edit} onClose={() => setEdit(null)} />
      <Rotation name={rotating} onClose={() => setRotating(null)} />
      <Remove name={removing} onClose={() => setRemoving(null)} />
    </Section>
  );
}

interface RowProps {
  readonly settings: EndpointSettings;
  readonly mayPut: boolean;
  readonly onEdit: () => void;
  readonly onRotate: () => void;
  readonly onRemove: () => void;
}

function Row({ settings, mayPut, onEdit, onRotate, onRemove }: RowProps): ReactNode {
  const promote = usePromote();
  const { name, rotation } = settings;
  const isPromotable = rotation !== null && !rotation.isPromoted;
  const action = (label: string, onClick: () => void, isPending = false): ReactNode => (
    <Button
      size="compact-sm"
      variant="subtle"
      px={6}
      className={label === text.remove ? 'danger' : undefined}
      aria-label={userStrings.actionOf(label, name)}
      loading={isPending}
      onClick={onClick}
    >
      {label}
    </Button>
  );
  return (
    <tr>
      <td>
        <Cut>{name}</Cut>
      </td>
      <td className="col-wide">
        <Cut>{endpointText(settings.endpoint)}</Cut>
      </td>
      <td>{wantsOf(settings).join(', ') || strings.none}</td>
      <td>
        {mayPut ? (
          <div className="actions">
            {action(text.edit, onEdit)}
            {isPromotable
              ? action(text.promote, () => promote.mutate(name), promote.isPending)
              : rotation === null
                ? action(text.rotate, onRotate)
                : null}
            {action(text.remove, onRemove)}
          </div>
        ) : null}
      </td>
    </tr>
  );
}

function wantsOf(of: EndpointSettings): string[] {
  const { wants } = text;
  const headers = Object.keys(of.headers).length;
  return [
    ...(of.retryFor === null ? [] : [wants.patience(secondsText(of.retryFor))]),
    ...(of.rateLimit === null ? [] : [wants.rate(of.rateLimit.attempts, secondsText(of.rateLimit.period))]),
    ...(of.callbackProfile === null ? [] : [of.callbackProfile]),
    ...(headers === 0 ? [] : [wants.headers(headers)]),
    ...(of.auth === null ? [] : [wants.auth(of.auth.type)]),
    ...(of.signingSecret === null ? [] : [wants.secret]),
    ...(of.rotation === null ? [] : [wants.rotating]),
  ];
}

function Remove({ name, onClose }: { readonly name: string | null; readonly onClose: () => void }): ReactNode {
  const remove = useDeleteEndpointSettings();
  const close = (): void => {
    onClose();
    remove.reset();
  };
  return (
    <Confirm
      title={name === null ? null : text.removeSure(name)}
      action={text.remove}
      isPending={remove.isPending}
      error={remove.error}
      onClose={close}
      onConfirm={() => name !== null && remove.mutate(name, { onSuccess: close })}
    >
      {text.removeHint}
    </Confirm>
  );
}
