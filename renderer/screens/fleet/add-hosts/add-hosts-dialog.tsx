import { Modal, Tabs } from '@mantine/core';
import { useWords } from '../../../app/i18n';
import { useReturnFocus } from '../../../components/use-return-focus';
import { type AddHostsTab, closeAddHosts, openAddHosts, useAddHosts } from './add-hosts-store';
import { FromAnsible } from './from-ansible';
import { FromConfig } from './from-config';
import { FromList } from './from-list';
import { Manually } from './manually';

const tabs = { config: FromConfig, manual: Manually, list: FromList, ansible: FromAnsible } satisfies Record<
  AddHostsTab,
  unknown
>;

export function AddHostsDialog() {
  const { t } = useWords();
  const tab = useAddHosts((state) => state.tab);
  useReturnFocus(tab !== null);
  return (
    <Modal
      opened={tab !== null}
      onClose={closeAddHosts}
      title={t('addHosts.title')}
      size={720}
      closeButtonProps={{ 'aria-label': t('shell.confirm.close') }}
    >
      <Tabs value={tab} onChange={(next) => next && openAddHosts(next as AddHostsTab)}>
        <Tabs.List mb="sm">
          {(Object.keys(tabs) as AddHostsTab[]).map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`addHosts.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {Object.entries(tabs).map(([name, Panel]) => (
          <Tabs.Panel key={name} value={name}>
            <Panel />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Modal>
  );
}
