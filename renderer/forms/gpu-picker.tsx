import { Checkbox, Input, Loader, Text, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { chosenGpus } from '#shared/domain/chosen-gpus';
import { type FactsOf, factsSchemas, type ProbeId } from '#shared/domain/facts/index';
import { type GpuUser, gpuMemory, isGpuDaemon } from '#shared/domain/gpu-memory';
import { useWords } from '../app/i18n';
import { useFormat } from '../components/format';
import { engine } from '../rpc/client';
import { useQuery } from '../rpc/use-query';
import classes from './gpu-picker.module.css';

interface GpuPickerProps {
  hostId: string;
  label: string;
  description: string | undefined;
  error: string | undefined;
  withAsterisk: boolean;
  disabled: boolean;
  value: string;
  onChange: (value: string) => void;
}

const asked = ['gpu', 'gpu-processes', 'processes'] as const satisfies readonly ProbeId[];

/**
 * The GPUs of a node with who uses each now, read when the form opens. The value is UUIDs with commas between. Where they
 * can't be read, it is a text as before: somebody may know them.
 */
export function GpuPicker({ hostId, value, onChange, ...field }: GpuPickerProps) {
  const { t } = useWords();
  const gpus = useGpusNow(hostId);
  const { label, description, error, withAsterisk, disabled } = field;
  if (gpus.data === undefined && gpus.isLoading) {
    return (
      <Input.Wrapper {...{ label, description, error, withAsterisk }}>
        <div className={classes.reading} role="status">
          <Loader size="xs" /> {t('forms.gpusReading')}
        </div>
      </Input.Wrapper>
    );
  }
  const known = gpus.data?.gpu?.gpus.filter(({ uuid }) => uuid !== null) ?? [];
  if (known.length === 0) {
    return (
      <TextInput
        {...field}
        description={`${description ?? ''} ${t('forms.gpusUnread')}`.trim()}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  }
  const chosen = value.trim() === '' ? [] : (chosenGpus(known, value) ?? []).map(({ uuid }) => uuid ?? '');
  const isAll = chosen.length === known.length;
  const users = usersByGpu(gpus.data);
  return (
    <Checkbox.Group
      {...{ label, description, error, withAsterisk, disabled }}
      value={chosen}
      onChange={(uuids) =>
        // As the node lists them, whatever order they were clicked in.
        onChange(known.flatMap(({ uuid }) => (uuid !== null && uuids.includes(uuid) ? [uuid] : [])).join(','))
      }
    >
      <div className={classes.list}>
        <Checkbox
          label={t('forms.gpusAll')}
          checked={isAll}
          indeterminate={chosen.length > 0 && !isAll}
          disabled={disabled}
          onChange={() => onChange(isAll ? '' : known.map(({ uuid }) => uuid).join(','))}
        />
        {known.map(({ index, uuid, name }) => (
          <Checkbox
            key={uuid}
            value={uuid ?? ''}
            disabled={disabled}
            label={`GPU ${index} · ${name ?? '?'}`}
            description={<About uuid={uuid ?? ''} users={users?.get(uuid ?? '') ?? null} />}
          />
        ))}
      </div>
    </Checkbox.Group>
  );
}

function About({ uuid, users }: { uuid: string; users: readonly GpuUser[] | null }): ReactNode {
  const { t } = useWords();
  const format = useFormat();
  const now =
    users === null
      ? t('forms.gpusUsersUnknown')
      : users.length === 0
        ? t('forms.gpusFree')
        : users
            .slice(0, 4)
            .map(({ pid, name, user, usedMemoryBytes }) =>
              [`PID ${pid}`, name, user, usedMemoryBytes === null ? null : format.bytes(usedMemoryBytes)]
                .filter((part) => part !== null)
                .join(' '),
            )
            .join(', ') + (users.length > 4 ? ' …' : '');
  return (
    <>
      <Text span inherit className={classes.uuid}>
        {uuid}
      </Text>
      <Text span inherit className={classes.users} data-is-used={users !== null && users.length > 0}>
        {now}
      </Text>
    </>
  );
}

type Now = { readonly [Id in (typeof asked)[number]]?: FactsOf<Id> };

/** Reads the GPUs and their processes anew; a plan made on what was so an hour ago would be refused. */
function useGpusNow(hostId: string) {
  return useQuery(`gpu-picker/${hostId}`, async (signal): Promise<Now> => {
    await engine.inventory.refresh({ hostId, probeIds: [...asked] }, { signal });
    const { results } = await engine.inventory.get({ hostId }, { signal });
    const facts = <Id extends ProbeId>(id: Id): FactsOf<Id> | undefined => {
      const result = results.find(({ probeId }) => probeId === id);
      const parsed = result?.state === 'ok' ? factsSchemas[id].safeParse(result.facts) : null;
      return parsed?.success ? (parsed.data as FactsOf<Id>) : undefined;
    };
    const [gpu, gpuProcesses, processes] = [facts('gpu'), facts('gpu-processes'), facts('processes')];
    return {
      ...(gpu && { gpu }),
      ...(gpuProcesses && { 'gpu-processes': gpuProcesses }),
      ...(processes && { processes }),
    };
  });
}

/** Null: the driver did not say who uses them. */
function usersByGpu(now: Now | undefined): ReadonlyMap<string, readonly GpuUser[]> | null {
  const gpu = now?.gpu;
  const gpuProcesses = now?.['gpu-processes'];
  if (!gpu || !gpuProcesses) return null;
  const views = gpuMemory({
    gpu,
    gpuProcesses,
    processes: now.processes ?? null,
    holders: null,
    processesAtMs: null,
  });
  return new Map(views.map(({ uuid, users }) => [uuid ?? '', users.filter((user) => !isGpuDaemon(user))]));
}
