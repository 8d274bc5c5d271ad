import type { Profiles } from '../profiles/create-profiles';
import { engine, translateErrors } from './errors';

export function profileProcedures(profiles: Profiles) {
  const area = engine.profiles;
  return {
    list: area.list.use(translateErrors).handler(() => profiles.list()),
    get: area.get.use(translateErrors).handler(({ input }) => profiles.get(input.profileId)),
    import: area.import
      .use(translateErrors)
      .handler(({ input }) => profiles.import(input.file, input.text, input.isOnlyChecked === true)),
    export: area.export.use(translateErrors).handler(({ input }) => profiles.export(input.profileId, input.format)),
    remove: area.remove.use(translateErrors).handler(({ input }) => {
      profiles.remove(input.profileId);
      return {};
    }),
    countable: area.countable.use(translateErrors).handler(({ input }) => profiles.countable(input.hostId)),
    fromNode: area.fromNode.use(translateErrors).handler(({ input }) => profiles.fromNode(input)),
    suggest: area.suggest.use(translateErrors).handler(({ input }) => profiles.suggest(input.hostId)),
    assign: area.assign.use(translateErrors).handler(({ input }) => {
      profiles.assign(input.hostId, input.profileId);
      return {};
    }),
    check: area.check.use(translateErrors).handler(({ input }) => profiles.check(input.hostId, input.profileId)),
  };
}
