import { Button, Select, Text, TextInput } from '@mantine/core';
import { useRef, useState } from 'react';
import { maxLogLength, newestOfLog } from '#shared/domain/kernel-log/log-records';
import { isDriverVersion } from '#shared/domain/kernel-log/log-words';
import { packingOf } from '#shared/domain/kernel-log/packed-log';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { StatePanel } from '../../../components/state-panel';
import { LoadingLines } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useFleet } from '../../../stores/fleet-store';
import classes from './kernel-log.module.css';
import { LogReportView } from './log-report-view';
import { PasteField } from './paste-field';

/** Lines to paste, or the log of a node, and what they say. */
export function DecodeTab() {
  const { t } = useWords();
  const hosts = useFleet((state) => state.hosts);
  const text = useRef('');
  const [packing, setPacking] = useState<ReturnType<typeof packingOf>>(null);
  const [isEmpty, setEmpty] = useState(true);
  const [driver, setDriver] = useState('');
  const [hostId, setHostId] = useState<string | null>(null);
  const decode = useCall(
    async (signal, from: { hostId: string } | { text: string; leftOut: number; driverVersion?: string }) => {
      const report = await engine.knowledge.decodeLog(from, { signal });
      return 'hostId' in from ? { ...from, leftOut: 0, report } : { hostId: null, leftOut: from.leftOut, report };
    },
  );
  const isDriver = driver.trim() === '' || isDriverVersion(driver.trim());
  return (
    <div className={classes.body}>
      <Text c="dimmed" className={classes.lead}>
        {t('kernelLog.lead')}
      </Text>
      <PasteField text={text} onChange={setEmpty} />
      <div className={classes.controls}>
        <TextInput
          label={t('kernelLog.driver')}
          placeholder="575.57.08"
          w={200}
          maxLength={40}
          error={isDriver ? null : t('kernelLog.driverForm')}
          value={driver}
          onChange={(event) => setDriver(event.currentTarget.value)}
        />
        <Button
          disabled={isEmpty || !isDriver}
          loading={decode.isRunning}
          onClick={() => {
            const found = packingOf(text.current);
            setPacking(found);
            if (found) decode.reset();
            else void decode.run({ ...newestOfLog(text.current), driverVersion: driver.trim() || undefined });
          }}
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
          onClick={() => {
            setPacking(null);
            if (hostId !== null) void decode.run({ hostId });
          }}
        >
          {t('kernelLog.readNode')}
        </Button>
      </div>
      {Boolean(decode.error) && <ErrorView error={decode.error} variant="inline" />}
      {packing && (
        <StatePanel
          variant="inline"
          tone="warn"
          title={t('kernelLog.packed', { program: packing.program, command: `${packing.command} FILE > log.txt` })}
        />
      )}
      {decode.isRunning && <LoadingLines lines={3} />}
      {!decode.isRunning && decode.result && (
        <>
          {decode.result.leftOut > 0 && (
            <StatePanel
              variant="inline"
              tone="warn"
              title={t('kernelLog.cutOff', { megabytes: maxLogLength / 1024 / 1024 })}
            />
          )}
          <LogReportView report={decode.result.report} hostId={decode.result.hostId} />
        </>
      )}
    </div>
  );
}
