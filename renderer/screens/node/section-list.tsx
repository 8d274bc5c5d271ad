import { Tabs } from '@mantine/core';
import { IconAlertTriangle, IconHelpCircle } from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import classes from './section-list.module.css';
import { type SectionId, sectionGroups } from './sections';
import type { SectionMark, useSectionMarks } from './use-section-marks';

/** Every section of the node, in groups, each with a mark where something was noticed or could not be read. */
export function SectionList({ marks }: { marks: ReturnType<typeof useSectionMarks> }) {
  const { t } = useWords();
  return (
    <Tabs.List className={classes.list} aria-label={t('nodeScreen.sections')}>
      {sectionGroups.map((group) => (
        <div key={group[0]} className={classes.group} role="presentation">
          {group.map((id) => (
            <Section key={id} id={id} mark={marks.get(id)} />
          ))}
        </div>
      ))}
    </Tabs.List>
  );
}

function Section({ id, mark }: { id: SectionId; mark: SectionMark | undefined }) {
  const { t, message } = useWords();
  const name = t(`nodeScreen.tab.${id}`);
  if (!mark) {
    return (
      <Tabs.Tab value={id} className={classes.section}>
        {name}
      </Tabs.Tab>
    );
  }
  const { noticed, unreadCount } = mark;
  const isNoticed = noticed.length > 0;
  const Icon = isNoticed ? IconAlertTriangle : IconHelpCircle;
  const unread = unreadCount > 0 ? [t('nodeScreen.tabProblems', { count: unreadCount })] : [];
  const words = [...(isNoticed ? [t('nodeScreen.tabNoticed', { count: noticed.length })] : []), ...unread];
  return (
    <Tabs.Tab
      value={id}
      className={classes.section}
      aria-label={[name, ...words].join(', ')}
      title={[...noticed.map(message), ...unread].join('\n')}
      rightSection={<Icon className={classes.mark} data-tone={isNoticed ? 'warn' : 'unknown'} size={14} aria-hidden />}
    >
      {name}
    </Tabs.Tab>
  );
}
