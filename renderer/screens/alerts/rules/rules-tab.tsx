import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useMemo, useState } from 'react';
import type { ListedRule, RuleProblem } from '#shared/contract/rules';
import { durationMs } from '#shared/domain/rules/duration';
import { useWords } from '../../../app/i18n';
import { navigate, useRoute } from '../../../app/router';
import { FactTable } from '../../../components/fact-table';
import { useFormat } from '../../../components/format';
import { SeverityBadge } from '../../../components/state-badge';
import { StatePanel } from '../../../components/state-panel';
import { StateView } from '../../../components/state-view';
import { useAlerts } from '../../../stores/alerts-store';
import classes from '../alerts.module.css';
import { spanWords } from '../silence-fields';
import { useRules } from '../use-rules';
import { RuleDetail } from './rule-detail';
import { RuleState } from './rule-state';
import { RulesFolder } from './rules-folder';

const AGAIN_MS = 4000;

const shownRules = ['all', 'own', 'off', 'firing'] as const;
type ShownRules = (typeof shownRules)[number];

/** Every rule, what is wrong with those that do not load, and the folder of one's own. */
export function RulesTab() {
  const { t, localized } = useWords();
  const format = useFormat();
  const route = useRoute();
  const ruleId = route.screen === 'alerts' ? route.ruleId : undefined;
  const query = useRules();
  const { loadedAtMs, refetch } = query;
  // Files are edited elsewhere while this is open.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each answer is a reason to ask again later
  useEffect(() => {
    let timer = setTimeout(function again() {
      if (document.visibilityState === 'hidden') timer = setTimeout(again, 1000);
      else refetch();
    }, AGAIN_MS);
    return () => clearTimeout(timer);
  }, [loadedAtMs, refetch]);
  const [search, setSearch] = useState('');
  const [shown, setShown] = useState<ShownRules>('all');
  const open = useAlerts((state) => state.open);
  const firing = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { ruleId: id, state } of open?.values() ?? []) {
      if (state === 'firing') counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    return counts;
  }, [open]);
  const show = (id: string | undefined) =>
    navigate({ screen: 'alerts', section: 'rules', ruleId: id }, { replace: true });
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const isFound = (rule: ListedRule): boolean => {
    if (shown === 'own' && rule.isBuiltIn) return false;
    if (shown === 'off' && rule.isOn) return false;
    if (shown === 'firing' && !firing.has(rule.id)) return false;
    const text = [rule.id, rule.when, localized(rule.title), localized(rule.message), rule.file, rule.severity]
      .join(' ')
      .toLowerCase();
    return words.every((word) => text.includes(word));
  };
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={t('alertScreen.column.state')}
          data={shownRules.map((value) => ({ value, label: t(`alertScreen.shownRules.${value}`) }))}
          value={shown}
          onChange={setShown}
        />
        <TextInput
          size="xs"
          className={classes.search}
          placeholder={t('alertScreen.searchRules')}
          aria-label={t('alertScreen.searchRules')}
          leftSection={<IconSearch size={14} aria-hidden />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <span className="dim" role="status">
          {query.data && t('alertScreen.ruleCount', { count: query.data.rules.filter(isFound).length })}
        </span>
        <RulesFolder onChanged={refetch} />
      </div>
      <StateView query={query}>
        {({ rules, problems }) => {
          const selected = rules.find(({ id }) => id === ruleId);
          return (
            <div className={classes.split} data-open={selected ? true : undefined}>
              <div className={classes.rules}>
                <Problems problems={problems} />
                <FactTable
                  label={t('alertScreen.tab.rules')}
                  empty={t('alertScreen.noRuleMatches')}
                  // One's own first.
                  rows={rules.filter(isFound).sort((a, b) => Number(a.isBuiltIn) - Number(b.isBuiltIn))}
                  rowKey={({ id }) => id}
                  selectedKey={selected?.id ?? null}
                  onSelect={({ id }) => show(id)}
                  columns={[
                    {
                      id: 'title',
                      header: t('alertScreen.rule'),
                      isWide: true,
                      width: '30%',
                      cell: (rule) => (
                        <button type="button" className={classes.ruleName} onClick={() => show(rule.id)}>
                          <span>{localized(rule.title)}</span> <span className="dim">{rule.id}</span>
                        </button>
                      ),
                    },
                    {
                      id: 'state',
                      header: t('alertScreen.column.state'),
                      cell: (rule) => <RuleState rule={rule} firing={firing.get(rule.id) ?? 0} />,
                    },
                    {
                      id: 'severity',
                      header: t('alertScreen.column.severity'),
                      cell: ({ severity }) => <SeverityBadge severity={severity} variant="plain" />,
                    },
                    {
                      id: 'when',
                      header: t('alertScreen.column.when'),
                      isWide: true,
                      width: '40%',
                      cell: ({ when }) => (
                        <code className="ellipsis" title={when}>
                          {when}
                        </code>
                      ),
                    },
                    {
                      id: 'for',
                      header: t('alertScreen.column.for'),
                      cell: (rule) => {
                        const forMs = rule.for === null ? null : durationMs(rule.for);
                        return forMs === null ? t('alertScreen.atOnce') : spanWords(forMs, format);
                      },
                    },
                    {
                      id: 'from',
                      header: t('alertScreen.column.from'),
                      cell: (rule) =>
                        rule.isBuiltIn ? (
                          <span className="dim">{t('alertScreen.builtIn')}</span>
                        ) : (
                          <span title={rule.file}>{`${rule.file.split(/[\\/]/).at(-1)}:${rule.line ?? '?'}`}</span>
                        ),
                    },
                  ]}
                />
              </div>
              {selected && (
                <RuleDetail
                  key={selected.id}
                  rule={selected}
                  firing={firing.get(selected.id) ?? 0}
                  onChanged={refetch}
                  onClose={() => show(undefined)}
                />
              )}
            </div>
          );
        }}
      </StateView>
    </>
  );
}

/** Rules that do not load judge nothing: that is said before anything else. */
function Problems({ problems }: { problems: readonly RuleProblem[] }) {
  const { t } = useWords();
  const [isWhole, setWhole] = useState(false);
  if (problems.length === 0) return null;
  const shown = isWhole ? problems : problems.slice(0, 6);
  return (
    <div className={classes.problems}>
      <StatePanel
        variant="inline"
        tone="bad"
        title={t('alertScreen.problems', { count: problems.length })}
        detail={t('alertScreen.problemsDetail')}
      >
        <ul>
          {shown.map(({ file, line, message }) => (
            <li key={`${file}:${line} ${message}`}>
              <code>{line === null ? file : `${file}:${line}`}</code> {message}
            </li>
          ))}
        </ul>
        {shown.length < problems.length && (
          <Button size="compact-xs" variant="default" onClick={() => setWhole(true)}>
            {t('shell.value.moreRows', { count: problems.length - shown.length })}
          </Button>
        )}
      </StatePanel>
    </div>
  );
}
