import { Toolbar } from '../../components/toolbar';
import { useWords } from '../../app/i18n';

export function IncidentsScreen() {
  const { t } = useWords();
  return <Toolbar title={t('shell.nav.incidents')} />;
}
