import { Button } from '@mantine/core';
import { IconListSearch } from '@tabler/icons-react';
import { type ReactNode, useId } from 'react';
import type { FleetNode } from '#shared/domain/fleet/fleet-node';
import type { PlaybookInfo } from '#shared/domain/playbook/playbook';
import { useWords } from '../../app/i18n';
import { StateBadge } from '../../components/state-badge';
import { Toolbar } from '../../components/toolbar';
import { ChooseNodes } from '../../fleet-filter/choose-nodes';
import { focusFirstProblem } from '../../forms/focus-fields';
import { FormFields } from '../../forms/form-fields';
import { useDrafts } from '../../forms/use-drafts';
import { AboutPlaybook } from './about-playbook';
import classes from './setup.module.css';

type Values = Readonly<Record<string, unknown>>;

interface PlaybookChoiceProps {
  info: PlaybookInfo;
  title: ReactNode;
  rows: readonly FleetNode[];
  hostIds: readonly string[];
  given: Values;
  onPlan: (hostIds: readonly string[], parameters: Values) => void;
}

/** On which nodes, and with which settings. A node whose system the playbook does not know says so at once. */
export function PlaybookChoice({ info, title, rows, hostIds, given, onPlan }: PlaybookChoiceProps) {
  const { t } = useWords();
  const formId = useId();
  const form = useDrafts(info.parameters, given);
  return (
    <ChooseNodes
      rows={rows}
      lead={t('setupScreen.lead')}
      initialIds={hostIds}
      noteOf={(row) => <SystemNote info={info} row={row} />}
      notice={<AboutPlaybook info={info} />}
      head={(chosen) => (
        <Toolbar title={title} info={t('scan.chosen', { count: chosen.length, total: rows.length })}>
          <Button
            type="submit"
            form={formId}
            leftSection={<IconListSearch size={14} aria-hidden />}
            disabled={chosen.length === 0}
            title={chosen.length === 0 ? t('setupScreen.chooseFirst') : undefined}
          >
            {t('setupScreen.plan', { count: chosen.length })}
          </Button>
        </Toolbar>
      )}
    >
      {(chosen) => (
        <form
          id={formId}
          className={classes.settings}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            const answers = form.submit();
            if (answers) onPlan(chosen, withoutEmpty(answers));
            else focusFirstProblem(event.currentTarget);
          }}
        >
          {info.parameters.length > 0 && <h2 className={classes.heading}>{t('setupScreen.settings')}</h2>}
          <FormFields
            fields={info.parameters}
            drafts={form.drafts}
            problems={form.problems}
            canBeUnknown={false}
            // GPUs are chosen from a list where they are those of one node.
            hostId={chosen.length === 1 ? chosen[0] : undefined}
            onChange={form.change}
          />
        </form>
      )}
    </ChooseNodes>
  );
}

/** An empty optional setting is left out, so that the playbook's own default holds. */
function withoutEmpty(answers: Values): Values {
  return Object.fromEntries(Object.entries(answers).filter(([, value]) => value !== null));
}

/** Nothing of a node whose system suits; what is not known yet is found out by the plan. */
function SystemNote({ info, row: { summary } }: { info: PlaybookInfo; row: FleetNode }) {
  const { t } = useWords();
  if (!summary?.osName || summary.platform === undefined) return null;
  if (summary.platform !== null && info.platforms.includes(summary.platform)) return null;
  return (
    <StateBadge tone="warn" variant="plain" title={t('setupScreen.systemRefusedHelp')}>
      {t('setupScreen.systemRefused', { system: summary.osName })}
    </StateBadge>
  );
}
