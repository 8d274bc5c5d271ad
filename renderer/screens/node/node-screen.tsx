import { useWords } from '../../app/i18n';
import { Toolbar } from '../../components/toolbar';

export function NodeScreen() {
  const { t } = useWords();
  return <Toolbar title={t('shell.nav.node')} />;
}
