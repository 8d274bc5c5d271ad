import type { Transcripts } from '../transcripts/create-transcripts';
import { engine, translateErrors } from './errors';

export function runProcedures(transcripts: Transcripts) {
  return {
    transcript: engine.runs.transcript.use(translateErrors).handler(({ input }) => transcripts.write(input.runId)),
    replay: engine.runs.replay.use(translateErrors).handler(({ input }) => transcripts.replay(input)),
    compare: engine.runs.compare
      .use(translateErrors)
      .handler(({ input }) => transcripts.compare(input.one, input.other)),
  };
}
