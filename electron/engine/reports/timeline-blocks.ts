import { bytesText } from '#shared/domain/bytes-text';
import type { Incident, IncidentEntry } from '#shared/domain/incident';
import { alertText } from './alert-blocks';
import type { ReportBlock } from './report-model';
import type { Words } from './report-words';

/** Of a longer timeline its beginning and its end are shown; the bundle has all of it. */
const shownEntries = 600;

export function timelineBlocks({ entries }: Pick<Incident, 'entries'>, words: Words): ReportBlock[] {
  const { t, time } = words;
  const row = (entry: IncidentEntry) => [time(entry.atMs), eventText(entry, words)];
  const leftOut = entries.length - shownEntries;
  const half = shownEntries / 2;
  const rows =
    leftOut <= 0
      ? entries.map(row)
      : [
          ...entries.slice(0, half).map(row),
          ['…', t('entriesLeftOut', { count: leftOut })],
          ...entries.slice(-half).map(row),
        ];
  return [
    { kind: 'heading', level: 2, text: t('timeline') },
    { kind: 'table', head: [t('timeColumn'), t('eventColumn')], rows },
  ];
}

function eventText(entry: IncidentEntry, words: Words): string {
  const { t, text, message, host, action, tree } = words;
  switch (entry.kind) {
    case 'opened':
      return t('eventOpened');
    case 'note':
      return `${t('eventNote', { author: entry.author })}\n${entry.text}`;
    case 'finding': {
      const { code, severity, hostId, title } = entry.finding;
      const params = { code, severity: t(`severity.${severity}`), host: host(hostId), title: text(title) };
      return t('eventFinding', params);
    }
    case 'diagnosis': {
      const { treeId, hostId, state, isWhatIf } = entry.run;
      const params = { tree: tree(treeId), host: host(hostId), state: t(`diagnosisState.${state}`) };
      return t(isWhatIf ? 'eventDiagnosisWhatIf' : 'eventDiagnosis', params);
    }
    case 'evidence': {
      const { probeId: probe, hostId } = entry.result;
      const state = message({ key: `diagnosis.probeStates.${entry.result.state}` });
      return t('eventEvidence', { probe, host: host(hostId), state });
    }
    case 'action': {
      const { plan, state } = entry.run;
      const params = { action: action(plan.actionId), host: host(plan.hostId), state: t(`runState.${state}`) };
      return t('eventAction', params);
    }
    case 'manual': {
      const { procedure, hostId, state, verifications } = entry.work;
      const last = verifications.at(-1);
      const how = state === 'open' && last ? `verdict.${last.outcome}` : `state.${state}`;
      return t('eventAction', {
        action: text(procedure.title),
        host: host(hostId),
        state: words.say(`manualWork.${how}`),
      });
    }
    case 'alert':
      return alertText(entry, words);
    case 'acceptance': {
      const { title, hostId, outcome } = entry.sheet;
      const state = words.say(`rollouts.acceptance.outcome.${outcome}`);
      return t('eventAcceptance', { playbook: text(title), host: host(hostId), state });
    }
    case 'file':
      return t('eventFile', { name: entry.name, host: host(entry.hostId), size: bytesText(entry.sizeBytes) });
    case 'closed':
      return entry.reason === '' ? t('eventClosed') : t('eventClosedReason', { reason: entry.reason });
    case 'reopened':
      return entry.reason === '' ? t('eventReopened') : t('eventReopenedReason', { reason: entry.reason });
  }
}
