import { Button, Checkbox, Group, Loader, NumberInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconPlugConnected, IconX } from '@tabler/icons-react';
import type { NewHost } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { engine } from '../../../rpc/client';
import { useCall } from '../../../rpc/use-call';
import { AddFooter } from './add-footer';
import classes from './add-hosts.module.css';
import { ConnectionTestView } from './connection-test-view';

interface Fields {
  address: string;
  name: string;
  user: string;
  port: number | '';
  identityFile: string;
  proxyJump: string;
  tags: string;
  useAgent: boolean;
}

const empty: Fields = {
  address: '',
  name: '',
  user: '',
  port: '',
  identityFile: '',
  proxyJump: '',
  tags: '',
  useAgent: true,
};

/** What is left empty is left out, so that ssh config and OpenSSH's defaults decide. */
export function toNewHost(fields: Fields): NewHost {
  const list = (text: string) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean);
  const proxyJump = list(fields.proxyJump);
  const tags = list(fields.tags);
  return {
    kind: 'ssh',
    ...(fields.name.trim() && { name: fields.name.trim() }),
    ...(tags.length > 0 && { tags }),
    target: {
      address: fields.address.trim(),
      ...(fields.user.trim() && { user: fields.user.trim() }),
      ...(fields.port !== '' && { port: fields.port }),
      ...(fields.identityFile.trim() && { identityFiles: [fields.identityFile.trim()] }),
      ...(proxyJump.length > 0 && { proxyJump }),
      ...(!fields.useAgent && { useAgent: false }),
    },
  };
}

export function Manually() {
  const { t } = useWords();
  const form = useForm<Fields>({
    initialValues: empty,
    validateInputOnBlur: true,
    validate: {
      address: (address) => {
        if (address.trim() === '') return t('addHosts.manual.addressMissing');
        return /\s/.test(address.trim()) ? t('addHosts.manual.addressSpaces') : null;
      },
    },
  });
  const test = useCall((signal, host: NewHost) => engine.hosts.test({ host }, { signal }));
  const host = toNewHost(form.values);
  const isComplete = form.values.address.trim() !== '' && !/\s/.test(form.values.address.trim());
  const runTest = () => {
    if (!test.isRunning && !form.validate().hasErrors) void test.run(host);
  };
  return (
    <>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          runTest();
        }}
      >
        <TextInput
          data-span="4"
          data-autofocus
          withAsterisk
          label={t('addHosts.manual.address')}
          description={t('addHosts.manual.addressHelp')}
          wrapperProps={{ 'data-span': '4' }}
          {...form.getInputProps('address')}
        />
        <NumberInput
          label={t('addHosts.manual.port')}
          description={'\u00a0'}
          placeholder="22"
          min={1}
          max={65535}
          clampBehavior="strict"
          allowDecimal={false}
          wrapperProps={{ 'data-span': '2' }}
          {...form.getInputProps('port')}
        />
        <TextInput
          label={t('addHosts.manual.user')}
          description={t('addHosts.manual.userHelp')}
          wrapperProps={{ 'data-span': '3' }}
          {...form.getInputProps('user')}
        />
        <TextInput
          label={t('addHosts.manual.name')}
          description={t('addHosts.manual.nameHelp')}
          wrapperProps={{ 'data-span': '3' }}
          {...form.getInputProps('name')}
        />
        <TextInput
          label={t('addHosts.manual.identityFile')}
          description={t('addHosts.manual.identityHelp')}
          placeholder="~/.ssh/id_ed25519"
          wrapperProps={{ 'data-span': '3' }}
          {...form.getInputProps('identityFile')}
        />
        <TextInput
          label={t('addHosts.manual.tags')}
          description={t('addHosts.manual.tagsHelp')}
          wrapperProps={{ 'data-span': '3' }}
          {...form.getInputProps('tags')}
        />
        <TextInput
          label={t('addHosts.manual.proxyJump')}
          description={t('addHosts.manual.proxyJumpHelp')}
          wrapperProps={{ 'data-span': '6' }}
          {...form.getInputProps('proxyJump')}
        />
        <Group data-span="6" justify="space-between">
          <Checkbox label={t('addHosts.manual.useAgent')} {...form.getInputProps('useAgent', { type: 'checkbox' })} />
          <Group gap="xs" role="status">
            {test.isRunning && (
              <>
                <Loader size={14} color="gray" />
                <span className="dim">{t('addHosts.manual.testing')}</span>
              </>
            )}
            {/* One button throughout, so that it keeps the focus. */}
            <Button
              type="submit"
              variant="default"
              onClick={(event) => {
                if (!test.isRunning) return;
                event.preventDefault();
                test.cancel();
              }}
              leftSection={
                test.isRunning ? <IconX size={14} aria-hidden /> : <IconPlugConnected size={14} aria-hidden />
              }
            >
              {t(test.isRunning ? 'addHosts.manual.cancelTest' : 'addHosts.manual.test')}
            </Button>
          </Group>
        </Group>
      </form>
      {Boolean(test.error) && <ErrorView error={test.error} variant="inline" />}
      {test.result && !test.isRunning && <ConnectionTestView test={test.result} />}
      <AddFooter hosts={isComplete ? [host] : null} onBeforeAdd={() => !form.validate().hasErrors} />
    </>
  );
}
