import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useWords } from '../../app/i18n';
import { navigate } from '../../app/router';

/** The heading of a screen behind the list, with the way back. */
export function SetupTitle({ title, section }: { title: string; section?: string }) {
  const { t } = useWords();
  return (
    <span>
      <ActionIcon size="sm" aria-label={t('setupScreen.back')} onClick={() => navigate({ screen: 'setup', section })}>
        <IconArrowLeft size={16} aria-hidden />
      </ActionIcon>
      <span className="ellipsis">{title}</span>
    </span>
  );
}
