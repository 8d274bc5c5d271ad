import type { StoreSchema } from '../../store/open-store';

/** Of `telemetry.db`. Numbered by position, applied in order, never edited once released. */
export const telemetrySchema: StoreSchema = {
  migrations: [
    `
  -- One collector's measurements of one subject; another driver that knows other fields is another track.
  CREATE TABLE track (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    layout TEXT NOT NULL,
    UNIQUE (host_id, subject, layout)
  );
  -- Some minutes of a track, see blocks/block.ts. Tier: bucket length in ms, 0 for samples as they came.
  CREATE TABLE block (
    id INTEGER PRIMARY KEY,
    track_id INTEGER NOT NULL REFERENCES track (id) ON DELETE CASCADE,
    tier INTEGER NOT NULL,
    start_ms INTEGER NOT NULL,
    end_ms INTEGER NOT NULL,
    samples INTEGER NOT NULL,
    data BLOB NOT NULL
  );
  CREATE INDEX block_by_track ON block (track_id, tier, start_ms);
  CREATE INDEX block_by_age ON block (tier, end_ms);
  -- Samples that are in no block yet, a row a second: what a killed engine had in memory.
  CREATE TABLE journal (seq INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, data BLOB NOT NULL);
  -- What happened to a node or a stream: gaps, restarts, GPUs that came and went.
  CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    host_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    at_ms INTEGER NOT NULL,
    until_ms INTEGER,
    event TEXT NOT NULL
  );
  CREATE INDEX event_by_time ON event (host_id, at_ms);
  `,
  ],
  bulkTables: ['block', 'journal'],
};
