import { Button, Select, Text, Textarea, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { maxLogLength } from '#shared/domain/kernel-log/log-records';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { LoadingLines } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet } from '../../../stores/fleet-store';
import classes from './kernel-log.module.css';
import { LogReportView } from './log-report-view';

/** Lines to paste, or the log of a node, and what they say. */
export function DecodeTab() {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  // Not a state: a day of log, held in one, would be compared with what is shown at each drawing.
  const paste = useRef<HTMLTextAreaElement>(null);
  const [isEmpty, setEmpty] = useState(true);
  const [driver, setDriver] = useState('');
  const [hostId, setHostId] = useState<string | null>(null);
  const decode = useCall(async (signal, from: { hostId: string } | { text: string; driverVersion?: string }) => ({
    hostId: 'hostId' in from ? from.hostId : null,
    report: await engine.knowledge.decodeLog(from, { signal }),
  }));
  return (
    <div className={classes.body}>
      <Text c="dimmed" className={classes.lead}>
        {t('kernelLog.lead')}
      </Text>
      <Textarea
        label={t('kernelLog.paste')}
        description={t('kernelLog.pasteHint')}
        classNames={{ input: classes.paste }}
        spellCheck={false}
        rows={7}
        ref={paste}
        onChange={(event) => setEmpty(event.currentTarget.value.trim() === '')}
      />
      <div className={classes.controls}>
        <TextInput
          label={t('kernelLog.driver')}
          placeholder="575.57.08"
          w={200}
          maxLength={40}
          value={driver}
          onChange={(event) => setDriver(event.currentTarget.value)}
        />
        <Button
          disabled={isEmpty}
          loading={decode.isRunning}
          onClick={() => void decode.run({ text: pasted(paste.current), driverVersion: driver.trim() || undefined })}
        >
          {t('kernelLog.decode')}
        </Button>
        <Select
          className={classes.node}
          label={t('kernelLog.readNode')}
          placeholder={t('kernelLog.chooseNode')}
          w={240}
          searchable
          data={[...(hosts?.values() ?? [])].map(({ spec }) => ({ value: spec.id, label: spec.name }))}
          value={hostId}
          onChange={setHostId}
        />
        <Button
          variant="default"
          disabled={hostId === null}
          loading={decode.isRunning}
          onClick={() => hostId !== null && void decode.run({ hostId })}
        >
          {t('kernelLog.readNode')}
        </Button>
      </div>
      {Boolean(decode.error) && <ErrorView error={decode.error} variant="inline" />}
      {decode.isRunning && <LoadingLines lines={3} />}
      {!decode.isRunning && decode.result && (
        <LogReportView report={decode.result.report} hostId={decode.result.hostId} />
      )}
    </div>
  );
}

/** The newest of what was pasted, where that is more than anybody reads. */
const pasted = (area: HTMLTextAreaElement | null): string => area?.value.slice(-maxLogLength) ?? '';
