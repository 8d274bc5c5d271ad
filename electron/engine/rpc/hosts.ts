import type { ConnectedHostDirectory } from '../hosts/host-directory';
import { batches } from './batches';
import { engine, translateErrors } from './errors';

/** The `hosts` area of the contract over the directory. `refuseRemoval` throws where a host has to stay for now. */
export function hostProcedures(directory: ConnectedHostDirectory, refuseRemoval: (hostId: string) => void = () => {}) {
  const area = engine.hosts;
  return {
    list: area.list.use(translateErrors).handler(() => directory.list()),
    names: area.names
      .use(translateErrors)
      .handler(() => Object.fromEntries(directory.everyHost().map(({ id, name }) => [id, name]))),
    add: area.add.use(translateErrors).handler(({ input }) => directory.add(input.hosts)),
    update: area.update.use(translateErrors).handler(({ input }) => directory.update(input.spec)),
    tag: area.tag.use(translateErrors).handler(({ input }) => directory.tag(input.hostIds, input)),
    remove: area.remove.use(translateErrors).handler(async ({ input }) => {
      refuseRemoval(input.hostId);
      await directory.remove(input.hostId);
      return {};
    }),
    readSshConfig: area.readSshConfig.use(translateErrors).handler(({ input }) => directory.readSshConfig(input.file)),
    parseList: area.parseList.use(translateErrors).handler(({ input }) => directory.parseList(input.text)),
    readAnsibleInventory: area.readAnsibleInventory
      .use(translateErrors)
      .handler(({ input }) => directory.readAnsibleInventory(input)),
    test: area.test.use(translateErrors).handler(({ input, signal }) => directory.test(input, { signal })),
    connect: area.connect
      .use(translateErrors)
      .handler(({ input, signal }) => directory.connect(input.hostId, { signal })),
    giveSudoPassword: area.giveSudoPassword
      .use(translateErrors)
      .handler(({ input, signal }) => directory.giveSudoPassword(input.hostId, input.password, { signal })),
    forgetSudoPassword: area.forgetSudoPassword
      .use(translateErrors)
      .handler(({ input }) => directory.forgetSudoPassword(input.hostId)),
    disconnect: area.disconnect.use(translateErrors).handler(({ input }) => directory.disconnect(input.hostId)),
    watch: area.watch
      .use(translateErrors)
      .handler(({ signal }) =>
        batches((ended) => directory.watch(ended), { everyMs: 200, keyOf: ({ hostId }) => hostId, signal }),
      ),
    watchPrompts: area.watchPrompts.use(translateErrors).handler(({ signal }) => directory.prompts.watch(signal)),
    answerPrompt: area.answerPrompt.use(translateErrors).handler(({ input }) => {
      directory.prompts.answer(input.id, input.answers, input.remember);
      return {};
    }),
  };
}
