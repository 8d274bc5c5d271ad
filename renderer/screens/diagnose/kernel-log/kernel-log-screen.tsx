import { Button } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useWords } from '../../../app/i18n';
import { navigate, useRoute } from '../../../app/router';
import { SectionTabs } from '../../../components/section-tabs';
import { Toolbar } from '../../../components/toolbar';
import { CatalogueTab } from './catalogue-tab';
import { DecodeTab } from './decode-tab';
import classes from './kernel-log.module.css';

const sections = [
  { id: 'decode', Panel: DecodeTab },
  { id: 'catalogue', Panel: CatalogueTab },
] as const;

export const isKernelLogSection = (section: string | undefined): boolean => sections.some(({ id }) => id === section);

/** What a kernel log says, and the catalogue of codes behind it. */
export function KernelLogScreen() {
  const { t } = useWords();
  const route = useRoute();
  return (
    <>
      <Toolbar title={t('kernelLog.title')}>
        <Button
          variant="default"
          leftSection={<IconArrowLeft size={14} aria-hidden />}
          onClick={() => navigate({ screen: 'diagnose' })}
        >
          {t('kernelLog.backToDiagnoses')}
        </Button>
      </Toolbar>
      <SectionTabs
        sections={sections}
        current={route.screen === 'diagnose' ? route.section : undefined}
        onOpen={(section) => navigate({ screen: 'diagnose', section }, { replace: true })}
        label={t('kernelLog.sections')}
        nameOf={(id) => t(`kernelLog.tab.${id}`)}
        panelClassName={classes.panel}
      />
    </>
  );
}
