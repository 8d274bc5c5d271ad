import { Checkbox, Group, Select, TagsInput, TextInput } from '@mantine/core';
import { severities } from '#shared/domain/finding';
import { parseFilter } from '#shared/domain/fleet/filter/parse-filter';
import type { Routing } from '#shared/domain/notifications/channel';
import { useWords } from '../../../app/i18n';

/** Which alerts a channel is told of, and in which words. */
export function RoutingFields({ routing, onChange }: { routing: Routing; onChange: (routing: Routing) => void }) {
  const { t, message } = useWords();
  const { error } = parseFilter(routing.hosts);
  return (
    <>
      <Group gap="sm" align="flex-start" grow>
        <Select
          label={t('notificationsTab.minSeverity')}
          allowDeselect={false}
          data={severities.map((value) => ({ value, label: t(`shell.severity.${value}`) }))}
          value={routing.minSeverity}
          onChange={(minSeverity) => minSeverity && onChange({ ...routing, minSeverity })}
        />
        <Select
          label={t('notificationsTab.language')}
          allowDeselect={false}
          data={[
            { value: 'en', label: 'English' },
            { value: 'zh-CN', label: '简体中文' },
          ]}
          value={routing.language}
          onChange={(language) => language && onChange({ ...routing, language: language as Routing['language'] })}
        />
      </Group>
      <TextInput
        label={t('notificationsTab.hosts')}
        description={t('notificationsTab.hostsHelp')}
        placeholder="gpu.model ~ H100"
        spellCheck={false}
        error={error && message(error.message)}
        value={routing.hosts}
        onChange={(event) => onChange({ ...routing, hosts: event.currentTarget.value })}
      />
      <TagsInput
        size="xs"
        label={t('notificationsTab.labels')}
        description={t('notificationsTab.labelsHelp')}
        placeholder="team=cooling"
        acceptValueOnBlur
        value={Object.entries(routing.labels).map(([name, value]) => `${name}=${value}`)}
        onChange={(texts) => onChange({ ...routing, labels: labelsOf(texts) })}
      />
      <Group gap="lg">
        <Checkbox
          label={t('notificationsTab.onFiring')}
          checked={routing.isOnFiring}
          onChange={(event) => onChange({ ...routing, isOnFiring: event.currentTarget.checked })}
        />
        <Checkbox
          label={t('notificationsTab.onResolve')}
          checked={routing.isOnResolve}
          onChange={(event) => onChange({ ...routing, isOnResolve: event.currentTarget.checked })}
        />
      </Group>
    </>
  );
}

function labelsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.flatMap((text) => {
      const at = text.indexOf('=');
      return at > 0 ? [[text.slice(0, at).trim(), text.slice(at + 1).trim()]] : [];
    }),
  );
}
