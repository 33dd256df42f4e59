import type { VaultHandlers } from '../contract/contract.ts';
import { DEFAULT_NAME_PATTERN } from '../core/journal/ramble-name.ts';
import { editJson, stateOf } from './documents/document-shapes.ts';
import type { Documents } from './documents/documents.ts';
import type { Index } from './index/index-service.ts';
import { NewestOnly, type StopSign } from './newest-only.ts';
import type { Recents } from './recents.ts';
import type { ExtractService } from './services/extract/extract.ts';
import type { HistoryService } from './services/history.ts';
import type { InspectService } from './services/inspect.ts';
import type { JournalService } from './services/journal.ts';
import type { MentionsService } from './services/mentions.ts';
import type { NotesService } from './services/notes.ts';
import type { RenameService } from './services/rename.ts';
import type { SettingsService } from './services/settings.ts';

/** Everything that serves a vault. */
export interface VaultServices {
  index: Index;
  recents: Recents;
  documents: Documents;
  notes: NotesService;
  history: HistoryService;
  inspect: InspectService;
  settings: SettingsService;
  journal: JournalService;
  extract: ExtractService;
  mentions: MentionsService;
  rename: RenameService;
  /** The user knows what was put back after a crash. */
  onRestoredSeen(): void;
}

/** The contract's calls about a vault, answered by its services. */
export function vaultHandlers(services: VaultServices): VaultHandlers {
  const { index, recents, documents, notes, history, inspect, settings, journal, extract, mentions, rename } =
    services;
  const searches = new NewestOnly();
  const key = (document: string) => Number.parseInt(document, 36);
  return {
    'notes.open': ({ path, begin }) => notes.open(path, begin),
    'notes.push': async ({ document, version, peer, edits }) => ({
      version: await documents.push(key(document), version, peer, edits),
    }),
    'notes.pull': async ({ document, version }) => {
      const pulled = await documents.pull(key(document), version);
      const { path, state, overlaps } = stateOf(pulled.document);
      return { path, edits: pulled.edits.map(editJson), state, overlaps };
    },
    'notes.flush': async ({ document }) => ({ state: await documents.flushById(key(document)) }),
    'notes.settle': async ({ document, overlap, keep }) => {
      await documents.settle(key(document), overlap, keep, 'app');
      return {};
    },
    'notes.putBack': async ({ document }) => {
      await documents.putBack(key(document));
      return {};
    },
    'notes.letGo': async ({ document }) => {
      await documents.letGo(key(document));
      return {};
    },
    'notes.create': ({ path, text }) => notes.create(path, text),
    'notes.copies': ({ path }) => notes.copies(path),
    'notes.image': ({ path }) => notes.image(path),

    'history.moments': async ({ path }) => ({ moments: await history.moments(path) }),
    'history.momentsOf': async ({ document }) => ({ moments: await history.momentsOf(document) }),
    'history.text': async (which) => ({ text: await history.text(which) }),
    'history.restore': async ({ path, ...which }) => {
      await history.restore(path, which);
      return {};
    },
    'history.deleted': async () => ({ notes: await history.deleted() }),
    'history.seenRestored': () => {
      services.onRestoredSeen();
      return {};
    },
    'history.bringBack': async ({ document, at }) => ({ path: await history.bringBack(document, at) }),
    'history.changes': async ({ limit }) => ({ changes: await history.changes(limit) }),
    'history.takeBack': ({ change }) => history.takeBack(change),

    'journal.tonight': () => journal.tonight(),
    'journal.rambles': async () => ({ rambles: await journal.rambles() }),
    'journal.append': ({ text }) => journal.append(text),

    'find.quick': async ({ query, limit }) => ({ matches: await index.quick(query, limit, recents.list()) }),
    'find.linkTargets': async ({ query, from, limit }) => ({
      targets: await index.linkTargets(query, from, limit, recents.list()),
    }),
    'find.text': ({ query, limit, typing = false, asker }) => {
      const search = async (stop?: StopSign) => {
        // The folder's settings are read from their file each time; most searches have no dates.
        const { namePattern } = /(?:before|after):/i.test(query)
          ? (await settings.get()).values.journal
          : { namePattern: DEFAULT_NAME_PATTERN };
        return index.textSearch(query, {
          limit,
          typing,
          namePattern,
          ...(stop === undefined ? {} : { stop }),
        });
      };
      return asker === undefined ? search() : searches.run(asker, search);
    },
    'find.preview': async ({ path, line }) => ({ preview: await index.preview(path, line) }),
    'find.visited': ({ path }) => {
      recents.visit(path);
      return {};
    },

    'find.pauseReading': ({ paused }) => {
      index.pause(paused);
      return {};
    },
    'find.acceptMissing': async () => {
      await index.acceptMissing();
      return {};
    },

    'links.backlinks': ({ path, limit }) => index.backlinks(path, limit),
    'links.mentions': ({ path, limit }) => index.mentions(path, limit),
    'links.linkMention': async (params) => {
      await mentions.link(params);
      return {};
    },
    'links.outgoing': async ({ path }) => ({ links: await index.outgoing(path) }),
    'links.resolve': async ({ from, targets }) => ({ targets: await index.resolve(from, targets) }),
    'links.tags': async () => ({ tags: await index.tags() }),
    'links.tagged': async ({ tag }) => ({ notes: await index.tagged(tag) }),
    'links.maps': async () => ({ maps: await index.maps() }),

    'extract.propose': (params) => extract.propose(params),
    'extract.findSection': (params) => extract.findSection(params),
    'extract.plan': ({ what }) => extract.plan(what),
    'extract.run': (params) => extract.run(params),

    'rename.plan': ({ what }) => rename.plan(what),
    'rename.run': (params) => rename.run(params),

    'settings.get': () => settings.get(),
    'settings.keys': async () => ({ keys: await settings.keys() }),
    'settings.change': ({ patch }) => settings.change(patch),

    'inspect.vault': ({ whole }) => inspect.vault(whole),
  };
}
