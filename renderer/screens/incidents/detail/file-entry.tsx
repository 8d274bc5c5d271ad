import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import type { ActionRun } from '#shared/domain/action';
import type { IncidentEntry } from '#shared/domain/incident';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { useFormat } from '../../../components/format';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { useHostName } from '../../../stores/fleet-store';
import { runTask } from '../../../stores/tasks-store';
import classes from './timeline.module.css';

/** A file of a node that is kept with the incident. */
export function FileEntry({ entry }: { entry: Extract<IncidentEntry, { kind: 'file' }> }) {
  const format = useFormat();
  const hostName = useHostName(entry.hostId);
  return (
    <div className={classes.box}>
      <strong>
        {entry.name} · {hostName}
      </strong>
      <div className="dim small">
        {format.bytes(entry.sizeBytes)} · SHA-256 <code className={classes.text}>{entry.sha256}</code>
      </div>
    </div>
  );
}

/** Copies the bug report that an action left on its node; it appears on the timeline once it is whole. */
export function FetchReport({ run, incidentId }: { run: ActionRun; incidentId: string }) {
  const { t } = useWords();
  const fetch = useCall(
    (signal) =>
      runTask(
        t('incidentScreen.fetchingReport'),
        async (task) => {
          const progress = await engine.incidents.fetchBugReport(
            { incidentId, actionRunId: run.id },
            { signal: task.signal },
          );
          for await (const { receivedBytes, totalBytes } of progress) {
            if (totalBytes > 0) task.report({ done: receivedBytes, total: totalBytes });
          }
        },
        { signal },
      ),
    { outlives: true },
  );
  if (run.plan.actionId !== 'nvidia-bug-report' || run.state !== 'verified') return null;
  return (
    <div>
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<IconDownload size={14} aria-hidden />}
        loading={fetch.isRunning}
        onClick={() => void fetch.run()}
      >
        {t('incidentScreen.fetchReport')}
      </Button>
      {Boolean(fetch.error) && <ErrorView error={fetch.error} variant="inline" />}
    </div>
  );
}
