import type { AccountAnswers, ServerAnswers, ShowAnswer } from '../../core/grants/fromServer';
import { redactGrantText } from '../../core/grants/redactGrantText';
import type { InstanceSpec } from '../../core/inventory/model';
import { failed, ok, type Outcome } from '../../core/outcome';
import type { ReachFailure } from '../../core/replication/reading';
import type { GrantsReader } from '../../ports';
import { prepareGrants, type ListedAccount } from './accountList';
import { grantConversation, type Conversation } from './grantConversation';
import { showCreateUserStatement, showGrantsStatement } from './grantQueries';
import { cancelledFailure, type PollSettings } from './poll';
import { t } from '../../core/l10n';

type Closing = GrantsReader & { readonly dispose: () => Promise<void> };

/** Progress is told once per so many accounts: it is for people. */
const progressStep = 25;

export function createGrantsReader(settings: PollSettings): Closing {
  const disposed = new AbortController();
  const running = new Set<Promise<unknown>>();

  const read: GrantsReader['readGrants'] = async (spec, signal, onProgress) => {
    const cancelled = AbortSignal.any([signal, disposed.signal]);
    if (cancelled.aborted) return failed(cancelledFailure);
    try {
      const opened = await grantConversation(spec, settings, cancelled);
      if (opened.kind === 'failed') return opened;
      try {
        return await readAll(opened.value, onProgress);
      } finally {
        await opened.value.close();
      }
    } catch (error) {
      settings.log.error(`Reading the grants of ${spec.key} failed in an unforeseen way.`, error);
      return failed({ reason: 'other', text: t`Replideck failed in an unforeseen way; its log says where.` });
    }
  };

  return {
    readGrants: (spec: InstanceSpec, signal, onProgress) => {
      const reading = read(spec, signal, onProgress).finally(() => running.delete(reading));
      running.add(reading);
      return reading;
    },
    dispose: async () => {
      disposed.abort();
      await Promise.all(running);
    },
  };
}

async function readAll(
  conversation: Conversation,
  onProgress: Parameters<GrantsReader['readGrants']>[2],
): Promise<Outcome<ServerAnswers, ReachFailure>> {
  const prepared = await prepareGrants(conversation);
  if (prepared.kind === 'failed') return prepared;
  const { server, listed, accounts: names } = prepared.value;
  const accounts: AccountAnswers[] = [];
  for (const [asked, name] of names.entries()) {
    if (asked % progressStep === 0) onProgress?.({ asked, total: names.length });
    const answers = await readAccount(conversation, name);
    if (answers.kind === 'failed') return answers;
    accounts.push(answers.value);
  }
  onProgress?.({ asked: names.length, total: names.length });
  return ok({ server, listed, accounts });
}

async function readAccount(
  conversation: Conversation,
  { globalPriv, ...name }: ListedAccount,
): Promise<Outcome<AccountAnswers, ReachFailure>> {
  const grants = await show(conversation, showGrantsStatement(name));
  if (grants.kind === 'failed') return grants;
  // What else SHOW CREATE USER tells of MariaDB's accounts, lock and expiry, is known from the table.
  const isKnown = name.host === undefined || (globalPriv !== undefined && grants.value.kind === 'rows');
  const createUser = isKnown ? ok(notAsked) : await show(conversation, showCreateUserStatement(name));
  if (createUser.kind === 'failed') return createUser;
  return ok({
    ...name,
    grants: grants.value,
    createUser: createUser.value,
    ...(globalPriv === undefined ? {} : { globalPriv }),
  });
}

const notAsked: ShowAnswer = { kind: 'notAsked' };

/** Secrets and hashes end here: what goes on has none. */
async function show(conversation: Conversation, statement: string): Promise<Outcome<ShowAnswer, ReachFailure>> {
  const asked = await conversation.ask(statement);
  if (asked.kind === 'failed') return asked;
  const answer = asked.value;
  if (answer.kind === 'refused') {
    return ok({ kind: 'error', errno: answer.errno, text: redactGrantText(answer.text) });
  }
  const texts = answer.rows.map((row) => redactGrantText(Object.values(row)[0] ?? ''));
  return ok({ kind: 'rows', texts });
}
