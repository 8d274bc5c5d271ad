import { Anchor } from '@mantine/core';
import { useWords } from '../../../app/i18n';
import { navigate } from '../../../app/router';
import { StateView } from '../../../components/state-view';
import { engine } from '../../../rpc/client';
import { useQuery } from '../../../rpc/use-query';
import classes from '../settings.module.css';
import { SiteForm } from './site-form';

/** Where nodes of this site get things from, and whom they trust there. */
export function SiteTab() {
  const { t } = useWords();
  const query = useQuery('site', (signal) => engine.site.get(undefined, { signal }));
  return (
    <>
      <p className={classes.explain}>
        {t('settings.site.explain')}{' '}
        <Anchor
          component="button"
          type="button"
          inherit
          underline="always"
          onClick={() => navigate({ screen: 'setup', playbookId: 'site-node' })}
        >
          {t('settings.site.toNodes')}
        </Anchor>
      </p>
      <StateView query={query}>
        {(shown) => (
          // What another process saved meanwhile begins the form anew.
          <SiteForm key={JSON.stringify(shown.settings)} shown={shown} onSaved={(next) => query.set(() => next)} />
        )}
      </StateView>
    </>
  );
}
