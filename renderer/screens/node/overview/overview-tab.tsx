import { AtAGlance } from './at-a-glance';
import { ChangeCard } from './change-card';
import { CollectionCard } from './collection-card';
import { NoticedCard } from './noticed-card';
import overview from './overview.module.css';
import { ProfileCard } from './profile-card';

/** The node in one look: what is wrong, whether it is what it should be, what changed, how far that can be trusted, what it is. */
export function OverviewTab() {
  return (
    <>
      <div className={overview.cards}>
        <NoticedCard />
        <ProfileCard />
        <ChangeCard />
        <CollectionCard />
      </div>
      <AtAGlance />
    </>
  );
}
