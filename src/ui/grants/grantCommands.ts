import path from 'node:path';
import * as vscode from 'vscode';
import type { GrantReviews } from '../../app/grantReviews';
import { formatAge, formatCount } from '../../core/words';
import { pickInstance } from '../commands/pickInstance';
import { copyTicket } from '../commands/copyTicket';
import type { CommandArgument, GrantCommandId } from '../commands/ids';
import type { CommandHandlers } from '../commands/registerCommands';
import type { NodeSubject } from '../tree/model';
import { grantTarget, parseGrantTarget } from './grantTarget';
import type { Grants } from './grants';
import { pickFormat, pickSpec, pickTemplate, targetsFor, type GrantCommandTarget } from './grantPicks';
import { readGrants } from './readGrants';
import { withProgress } from '../withProgress';
import { t } from '../../core/l10n';
import { showInformation } from '../messages';

export interface GrantCommandContext {
  readonly grants: Grants;
  /** What a tree node stands for; undefined: the text is no node's id. */
  readonly subjectOf: (argument: string) => NodeSubject | undefined;
}

/** The commands about grants. Each works from the palette too: without an argument it asks. */
export function grantCommands({ grants, subjectOf }: GrantCommandContext): Pick<CommandHandlers, GrantCommandId> {
  const targetOf = (argument: CommandArgument): GrantCommandTarget => {
    if (argument === undefined) return {};
    const uri = parseGrantTarget(argument);
    if (uri !== undefined) {
      return { template: uri.template, ...(uri.instance !== undefined && { instance: uri.instance }) };
    }
    const subject = subjectOf(argument);
    if (subject?.kind === 'instance' || subject?.kind === 'connection') return { instance: subject.key };
    if (subject?.kind === 'cluster') return { cluster: subject.name };
    return grants.spec(argument) === undefined ? {} : { instance: argument };
  };

  const instanceOf = async (argument: CommandArgument, title: string): Promise<string | undefined> =>
    targetOf(argument).instance ?? pickInstance(grants.view, title);

  const ageOf = (key: string): string => {
    const at = grants.store.get(key)?.readAtMs;
    return at === undefined ? t`not read` : t`read ${formatAge((grants.clock.now() - at) / 1000)}`;
  };

  /**
   * Both sides follow the template and the readings for as long as they are open. They have one path, which says what is
   * where: VS Code takes two paths for a file that was renamed.
   */
  const sides = (reviews: GrantReviews, template: vscode.Uri, key: string) => {
    const shown = `${t`${path.posix.basename(template.path)} (left) ↔ server (right)`}/${key}.sql`;
    const open = (side: 'template' | 'server') =>
      grants.documents.create(shown, async () => reviews.sideBySide(await grants.files.read(template), key)[side]);
    return { left: open('template'), right: open('server') };
  };

  /** A template, and one instance that it is for. */
  const chooseFix = async (argument: CommandArgument, title: string) => {
    const target = targetOf(argument);
    const template = await pickTemplate(grants, target, t`Make grants match`);
    if (template === undefined) return undefined;
    const specs = await targetsFor(grants, template, target);
    const spec = specs.length < 2 ? specs[0] : await pickSpec(specs, title);
    return spec === undefined ? undefined : { template, spec };
  };

  const readOne = async (argument: CommandArgument, title: string) => {
    const key = await instanceOf(argument, title);
    const spec = key === undefined ? undefined : grants.spec(key);
    if (spec === undefined || !(await readGrants(grants, [spec]))) return undefined;
    const known = grants.store.get(spec.key);
    return known?.grants === undefined ? undefined : { key: spec.key, grants: known.grants };
  };

  return {
    'replideck.grants.show': async (argument) => {
      const read = await readOne(argument, t`Show the grants of`);
      if (read === undefined) return;
      const { renderInstance } = await grants.logic();
      const { key } = read;
      await showDocument(
        grants.documents.create(`${key}.sql`, () => {
          const { grants: now = read.grants, readAtMs } = grants.store.get(key) ?? {};
          const readAt = new Date(readAtMs ?? grants.clock.now()).toISOString();
          return Promise.resolve(renderInstance(now, { instance: key, readAt }));
        }),
      );
    },
    'replideck.grants.diffTemplate': async (argument) => {
      const target = targetOf(argument);
      const template = await pickTemplate(grants, target, t`Diff grants against`);
      if (template === undefined) return;
      const specs = await targetsFor(grants, template, target);
      // From a line of the template: what it says is shown, not something newer.
      const isFresh = target.template !== undefined && specs.every(({ key }) => grants.store.get(key)?.grants);
      if (specs.length === 0 || (!isFresh && !(await readGrants(grants, specs)))) return;
      const reviews = await grants.reviews();
      const name = path.posix.basename(template.path);
      const read = specs.map(({ key }) => key).filter((key) => grants.store.get(key)?.grants !== undefined);
      const [only] = read;
      const text = await grants.files.read(template);
      const isSame = (key: string): boolean => {
        const { template: wanted, server } = reviews.sideBySide(text, key);
        return wanted === server;
      };
      if (read.length === 1 && only !== undefined && !isSame(only)) {
        const { left, right } = sides(reviews, template, only);
        const title = t`${name} (left) ↔ ${only} (right, ${ageOf(only)})`;
        await vscode.commands.executeCommand('vscode.diff', left, right, title);
        return;
      }
      // Accounts that only a server has are no difference to the template.
      const { differing: counts } = reviews.review(text);
      const differing = read.filter((key) => counts.get(key) !== 0);
      if (differing.length === 0) {
        await showInformation(t`${name}: ${formatCount(read.length, 'instance')} read, no difference.`);
        return;
      }
      const resources = differing.map((key) => {
        const { left, right } = sides(reviews, template, key);
        return [right, left, right];
      });
      const title = t`${name} (left) ↔ ${differing.length} of ${formatCount(read.length, 'instance')} (right)`;
      await vscode.commands.executeCommand('vscode.changes', title, resources);
    },
    'replideck.grants.diffInstances': async (argument) => {
      const first = await instanceOf(argument, t`Diff the grants of`);
      if (first === undefined) return;
      const second = await pickInstance(
        grants.view,
        t`Diff the grants of ${first} with`,
        ({ spec }) => spec.key !== first,
        t`The inventory names no other instance to compare ${first} with.`,
      );
      const specs = [first, second].flatMap((key) => grants.spec(key ?? '') ?? []);
      if (specs.length < 2 || second === undefined || !(await readGrants(grants, specs))) return;
      if (specs.some(({ key }) => grants.store.get(key)?.grants === undefined)) return;
      const { renderForComparison } = await grants.logic();
      const textOf = (key: string): string => {
        const known = grants.store.get(key)?.grants;
        return known === undefined ? '' : renderForComparison(known);
      };
      if (textOf(first) === textOf(second)) {
        await showInformation(t`Grants of ${first} and ${second}: no difference. Passwords are not compared.`);
        return;
      }
      const side = (key: string) => grants.documents.create(`server/${key}.sql`, () => Promise.resolve(textOf(key)));
      await vscode.commands.executeCommand('vscode.diff', side(first), side(second), `Grants: ${first} ↔ ${second}`);
    },
    'replideck.grants.exportTemplate': async (argument) => {
      const key = await instanceOf(argument, t`Export the grants of`);
      if (key === undefined) return;
      const format = await pickFormat(key);
      if (format === undefined) return;
      const read = await readOne(key, '');
      if (read === undefined) return;
      const { exportTemplate } = await grants.logic();
      const content = exportTemplate(read.grants, { format, instance: key });
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument({ language: 'sql', content }));
    },
    'replideck.grants.fix': async (argument) => {
      const chosen = await chooseFix(argument, t`Show the SQL that would make it match`);
      if (chosen === undefined) return;
      const { template, spec } = chosen;
      const { key } = spec;
      await withProgress(t`Reading ${key}`, (signal) => grants.readFleet([key], signal));
      if (grants.store.get(key)?.grants === undefined && !(await readGrants(grants, [spec]))) return;
      const reviews = await grants.reviews();
      const name = path.posix.basename(template.path);
      if (reviews.fixSql(await grants.files.read(template), key) === '') {
        await showInformation(t`${key} is as ${name} says: there is nothing to do.`);
        return;
      }
      await showDocument(
        grants.documents.create(
          `fix/${key} as ${name.replace(/(\.sql)?(\.erb)?$/, '')}.sql`,
          async () => {
            const sql = reviews.fixSql(await grants.files.read(template), key);
            return sql === '' ? t`-- ${key} is as ${name} says: there is nothing to do.\n` : sql;
          },
          grantTarget(template, key),
        ),
      );
    },
    'replideck.grants.apply': async (argument) => {
      const chosen = await chooseFix(argument, t`Plan to make it match`);
      if (chosen === undefined) return;
      const inputs = new URLSearchParams({ template: grants.files.pathOf(chosen.template) ?? '' });
      const wanted = `${chosen.spec.key} grants.apply?${inputs.toString()}`;
      await vscode.commands.executeCommand('replideck.runbook.plan', wanted);
    },
    'replideck.grants.copyTicket': async (argument) => {
      const target = targetOf(argument);
      const template = await pickTemplate(grants, target, t`Copy the grants as a ticket, against`);
      if (template === undefined) return;
      const specs = await targetsFor(grants, template, target);
      const isRead = specs.some(({ key }) => grants.store.get(key)?.grants !== undefined);
      if (specs.length === 0 || (!isRead && !(await readGrants(grants, specs)))) return;
      const [reviews, { renderGrantTicket }] = await Promise.all([grants.reviews(), grants.logic()]);
      const text = await grants.files.read(template);
      const readAt = (key: string): string | undefined => {
        const at = grants.store.get(key)?.readAtMs;
        return at === undefined ? undefined : new Date(at).toISOString();
      };
      await copyTicket(renderGrantTicket({ ...text, review: reviews.review(text), readAt }));
    },
    'replideck.grants.read': async (argument) => {
      const target = targetOf(argument);
      const template = await pickTemplate(grants, target, t`Read grants for`);
      if (template === undefined) return;
      const specs = await targetsFor(grants, template, target);
      if (specs.length > 0) await readGrants(grants, specs);
    },
  };
}

async function showDocument(uri: vscode.Uri): Promise<void> {
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
}
