import { Anchor, Button, CloseButton, TextInput } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { ListedRule } from '#shared/contract/rules';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { ErrorView } from '../../../components/error-view';
import { KeyValueTable } from '../../../components/key-value-table';
import { SeverityBadge, StateBadge } from '../../../components/state-badge';
import { useReturnFocus } from '../../../components/use-return-focus';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import classes from '../alerts.module.css';
import { RuleState } from './rule-state';
import { RuleWords } from './rule-words';

interface RuleDetailProps {
  rule: ListedRule;
  firing: number;
  onChanged: () => void;
  onClose: () => void;
}

/** One rule: what it says, whether its own tests pass, and how it is switched off. */
export function RuleDetail({ rule, firing, onChanged, onClose }: RuleDetailProps) {
  const { t, localized } = useWords();
  useReturnFocus(true);
  const labels = Object.entries(rule.labels);
  return (
    <aside
      className={classes.detail}
      aria-label={localized(rule.title)}
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
    >
      <header className={classes.detailHead}>
        <div>
          <h2>{localized(rule.title)}</h2>
          <div className={classes.badges}>
            <SeverityBadge severity={rule.severity} />
            <RuleState rule={rule} firing={firing} />
          </div>
        </div>
        <CloseButton aria-label={t('shell.confirm.close')} onClick={onClose} />
      </header>
      <p className={classes.message}>{localized(rule.message).replace(/\{\{ *value *\}\}/g, '…')}</p>
      <RuleWords rule={rule} />
      <KeyValueTable
        rows={[
          { label: t('alertScreen.column.id'), value: <code>{rule.id}</code> },
          {
            label: t('alertScreen.column.from'),
            value: rule.isBuiltIn ? t('alertScreen.builtIn') : `${rule.file}:${rule.line ?? '?'}`,
          },
          ...(labels.length > 0
            ? [
                {
                  label: t('alertScreen.labels'),
                  value: labels.map(([name, text]) => `${name}=${text}`).join(', '),
                },
              ]
            : []),
          ...(rule.treeId ? [{ label: t('alertScreen.tree'), value: <code>{rule.treeId}</code> }] : []),
          ...(rule.sources.length > 0 ? [{ label: t('alertScreen.background'), value: rule.sources.join(', ') }] : []),
        ]}
      />
      {firing > 0 && (
        <Anchor component="button" size="xs" onClick={() => navigate({ screen: 'alerts', ruleId: rule.id })}>
          {t('alertScreen.showFiring', { count: firing })}
        </Anchor>
      )}
      <Cases ruleId={rule.id} />
      <Switch rule={rule} onChanged={onChanged} />
    </aside>
  );
}

/** The table tests that stand beside the rule. */
function Cases({ ruleId }: { ruleId: string }) {
  const { t } = useWords();
  const call = useCall((signal) => engine.rules.runCases({ ruleId }, { signal }));
  const { result } = call;
  const failed = result?.cases.filter(({ problems }) => problems.length > 0).length ?? 0;
  return (
    <section aria-label={t('alertScreen.tests')}>
      <h3>{t('alertScreen.tests')}</h3>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconPlayerPlay size={14} aria-hidden />}
        loading={call.isRunning}
        onClick={() => void call.run()}
      >
        {t('alertScreen.test')}
      </Button>
      {call.error !== null && <ErrorView error={call.error} variant="inline" />}
      {result && (
        <div role="status">
          {result.cases.length === 0 && result.problems.length === 0 ? (
            <p className="dim">{t('alertScreen.noCases')}</p>
          ) : (
            <p>
              <StateBadge tone={failed > 0 || result.problems.length > 0 ? 'bad' : 'ok'}>
                {t('alertScreen.casesPassed', { passed: result.cases.length - failed, total: result.cases.length })}
              </StateBadge>
            </p>
          )}
          <ul className={classes.cases}>
            {result.cases.map(({ name, problems }) => (
              <li key={name}>
                <StateBadge tone={problems.length > 0 ? 'bad' : 'ok'} variant="plain">
                  {name}
                </StateBadge>
                {problems.map(({ file, line, message }) => (
                  <div key={`${line} ${message}`} className="dim">
                    <code>{`${file}:${line ?? '?'}`}</code> {message}
                  </div>
                ))}
              </li>
            ))}
            {result.cases.length === 0 &&
              result.problems.map(({ file, line, message }) => (
                <li key={`${line} ${message}`}>
                  <code>{`${file}:${line ?? '?'}`}</code> {message}
                </li>
              ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function Switch({ rule, onChanged }: { rule: ListedRule; onChanged: () => void }) {
  const { t } = useWords();
  const [why, setWhy] = useState('');
  const call = useCall(async (signal) => {
    await engine.rules.setOn({ ruleId: rule.id, isOn: !rule.isOn, why: why.trim() }, { signal });
    setWhy('');
    onChanged();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (why.trim() !== '') void call.run();
  };
  const verb = rule.isOn ? 'switchOff' : 'switchOn';
  return (
    <form className={classes.form} onSubmit={submit}>
      <TextInput
        className={classes.grow}
        label={t('alertScreen.reason')}
        description={t(`alertScreen.${verb}Help`)}
        maxLength={500}
        value={why}
        onChange={(event) => setWhy(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" disabled={why.trim() === ''} loading={call.isRunning}>
        {t(`alertScreen.${verb}`)}
      </Button>
      {call.error !== null && <ErrorView error={call.error} variant="inline" />}
    </form>
  );
}
