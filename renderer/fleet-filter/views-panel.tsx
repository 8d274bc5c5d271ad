import { SavedViews } from '../components/saved-views';
import { showView, useFleetView } from '../stores/fleet-view-store';
import type { PanelProps } from './menu-button';
import { useViews } from './use-views';

/** The saved views of the fleet, one of them what it opens with. */
export function ViewsPanel({ onClose }: PanelProps) {
  const current = useFleetView((state) => state.viewName);
  const { views, save, rename, remove, toggleDefault } = useViews();
  return (
    <SavedViews
      views={views}
      current={current}
      onShow={(view) => {
        showView(view);
        onClose();
      }}
      onSave={(name) => {
        save(name);
        onClose();
      }}
      onRename={rename}
      onRemove={remove}
      first={{ is: ({ isDefault }) => isDefault, onToggle: toggleDefault }}
    />
  );
}
