import { Group, NumberInput, Select, TagsInput, TextInput } from '@mantine/core';
import type { ChannelTarget, TargetOf } from '#shared/domain/notifications/channel';
import {
  mailSecurities,
  syslogTransports,
  webhookFormats,
  webhookSignings,
} from '#shared/domain/notifications/channel-kinds';
import { useWords } from '../../../app/i18n';

interface TargetFieldsProps<Target> {
  target: Target;
  onChange: (target: ChannelTarget) => void;
}

/** Where messages go, but for what is secret. */
export function TargetFields({ target, onChange }: TargetFieldsProps<ChannelTarget>) {
  switch (target.kind) {
    case 'desktop':
      return null;
    case 'webhook':
      return <WebhookFields target={target} onChange={onChange} />;
    case 'email':
      return <MailFields target={target} onChange={onChange} />;
    case 'syslog':
      return <SyslogFields target={target} onChange={onChange} />;
  }
}

function WebhookFields({ target, onChange }: TargetFieldsProps<TargetOf<'webhook'>>) {
  const { t } = useWords();
  return (
    <>
      <Select
        label={t('notificationsTab.format')}
        description={t('notificationsTab.formatHelp')}
        allowDeselect={false}
        data={webhookFormats.map((value) => ({ value, label: t(`notificationsTab.formats.${value}`) }))}
        value={target.format}
        onChange={(format) => format && onChange({ ...target, format })}
      />
      <Select
        label={t('notificationsTab.signing')}
        description={t('notificationsTab.signingHelp')}
        allowDeselect={false}
        data={webhookSignings.map((value) => ({ value, label: t(`notificationsTab.signings.${value}`) }))}
        value={target.signing}
        onChange={(signing) => signing && onChange({ ...target, signing })}
      />
    </>
  );
}

function MailFields({ target, onChange }: TargetFieldsProps<TargetOf<'email'>>) {
  const { t } = useWords();
  return (
    <>
      <ServerFields target={target} onChange={onChange} />
      <Select
        label={t('notificationsTab.security')}
        allowDeselect={false}
        data={mailSecurities.map((value) => ({ value, label: t(`notificationsTab.securities.${value}`) }))}
        value={target.security}
        onChange={(security) => security && onChange({ ...target, security })}
      />
      <TextInput
        label={t('notificationsTab.from')}
        spellCheck={false}
        value={target.from}
        onChange={(event) => onChange({ ...target, from: event.currentTarget.value })}
      />
      <TagsInput
        size="xs"
        label={t('notificationsTab.to')}
        description={t('notificationsTab.toHelp')}
        splitChars={[',', ';', ' ']}
        acceptValueOnBlur
        value={target.to}
        onChange={(to) => onChange({ ...target, to })}
      />
      <TextInput
        label={t('notificationsTab.user')}
        description={t('notificationsTab.userHelp')}
        spellCheck={false}
        autoComplete="off"
        value={target.user ?? ''}
        onChange={(event) => onChange({ ...target, user: event.currentTarget.value || null })}
      />
    </>
  );
}

function SyslogFields({ target, onChange }: TargetFieldsProps<TargetOf<'syslog'>>) {
  const { t } = useWords();
  return (
    <>
      <ServerFields target={target} onChange={onChange} />
      <Group gap="sm" align="flex-end" grow>
        <Select
          label={t('notificationsTab.transport')}
          allowDeselect={false}
          data={syslogTransports.map((value) => ({ value, label: value.toUpperCase() }))}
          value={target.transport}
          onChange={(transport) => transport && onChange({ ...target, transport })}
        />
        <Select
          label={t('notificationsTab.facility')}
          allowDeselect={false}
          data={facilities}
          value={String(target.facility)}
          onChange={(facility) => facility && onChange({ ...target, facility: Number(facility) })}
        />
      </Group>
    </>
  );
}

/** As syslog itself calls them. */
const facilities = [
  ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'].map(
    (label, index) => ({ value: String(index), label }),
  ),
  ...Array.from({ length: 8 }, (_, index) => ({ value: String(16 + index), label: `local${index}` })),
];

function ServerFields({ target, onChange }: TargetFieldsProps<TargetOf<'email'> | TargetOf<'syslog'>>) {
  const { t } = useWords();
  return (
    <Group gap="sm" align="flex-end" wrap="nowrap">
      <TextInput
        style={{ flex: 1 }}
        label={t('notificationsTab.server')}
        spellCheck={false}
        value={target.host}
        onChange={(event) => onChange({ ...target, host: event.currentTarget.value })}
      />
      <NumberInput
        w={110}
        label={t('notificationsTab.port')}
        min={1}
        max={65_535}
        clampBehavior="strict"
        allowDecimal={false}
        hideControls
        value={target.port}
        onChange={(port) => typeof port === 'number' && onChange({ ...target, port })}
      />
    </Group>
  );
}

/** Where the other side shows a certificate. */
export function CaField({ target, onChange }: TargetFieldsProps<ChannelTarget>) {
  const { t } = useWords();
  if (target.kind === 'desktop' || (target.kind === 'email' && target.security === 'none')) return null;
  if (target.kind === 'syslog' && target.transport !== 'tls') return null;
  return (
    <TextInput
      label={t('notificationsTab.caFile')}
      description={t('notificationsTab.caFileHelp')}
      spellCheck={false}
      value={target.caFile ?? ''}
      onChange={(event) => onChange({ ...target, caFile: event.currentTarget.value || null })}
    />
  );
}
