import { Button, Checkbox, Group } from '@mantine/core';
import type { NewHost } from '#shared/contract/hosts';
import { useWords } from '../../../app/i18n';
import { ErrorView } from '../../../components/error-view';
import { closeAddHosts } from './add-hosts-store';
import { useAdd } from './use-add';

interface AddFooterProps {
  /** Null: what is entered can't be added yet. */
  hosts: NewHost[] | null;
  /** Called first; false keeps the dialog as it is, e.g. to show what is missing. */
  onBeforeAdd?: () => boolean;
}

/** The last line of every way to add nodes. */
export function AddFooter({ hosts, onBeforeAdd }: AddFooterProps) {
  const { t } = useWords();
  const add = useAdd();
  const count = hosts?.length ?? 0;
  return (
    <>
      {Boolean(add.error) && <ErrorView error={add.error} variant="inline" />}
      <Group justify="space-between" mt="md">
        <Checkbox
          label={t('addHosts.collectAfter')}
          checked={add.collects}
          onChange={(event) => add.setCollects(event.currentTarget.checked)}
        />
        <Group gap="xs">
          <Button variant="default" onClick={closeAddHosts}>
            {t('addHosts.cancel')}
          </Button>
          <Button
            disabled={count === 0 && !onBeforeAdd}
            loading={add.isRunning}
            onClick={() => {
              if (onBeforeAdd && !onBeforeAdd()) return;
              if (hosts && count > 0) void add.run(hosts);
            }}
          >
            {count === 0 ? t('addHosts.addOne') : t('addHosts.add', { count })}
          </Button>
        </Group>
      </Group>
    </>
  );
}
