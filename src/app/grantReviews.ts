import type { FleetView } from '../core/fleetView';
import type { GrantLogic } from '../core/grantLogic';
import type { GrantFix } from '../core/grants/grantFix';
import type { GrantReport } from '../core/grants/grantReport';
import type { ServerGrants } from '../core/grants/fromServer';
import type { SideBySide } from '../core/grants/renderSideBySide';
import type { TemplateReview, TemplateUse } from '../core/grants/reviewTemplate';
import type { GrantTemplateSpec, InstanceSpec } from '../core/inventory/model';
import type { GrantStore } from './grantStore';
import { t } from '../core/l10n';

export interface GrantReviewsOptions {
  readonly logic: GrantLogic;
  readonly store: GrantStore;
  readonly view: () => FleetView | undefined;
}

/** A template's text, and its path relative to the inventory's folder with `/` between names. */
export interface TemplateText {
  readonly path: string;
  readonly text: string;
}

/** Templates of the inventory against what was read of its instances. Reads nothing itself. */
export class GrantReviews {
  readonly #logic: GrantLogic;
  readonly #store: GrantStore;
  readonly #view: () => FleetView | undefined;

  constructor({ logic, store, view }: GrantReviewsOptions) {
    this.#logic = logic;
    this.#store = store;
    this.#view = view;
  }

  /** Entries of the inventory that name the file. Empty: it is no template. */
  specsOf(path: string): readonly GrantTemplateSpec[] {
    const templates = this.#view()?.snapshot.inventory.grantTemplates ?? [];
    return templates.filter(({ files }) => this.#logic.matchesGlob(files, path));
  }

  /** Instances that the template is for, over all entries. */
  targetsOf(path: string): readonly InstanceSpec[] {
    const view = this.#view();
    if (view === undefined) return [];
    const keys = new Set(this.specsOf(path).flatMap((spec) => this.#logic.templateTargets(view, spec)));
    return view.snapshot.inventory.instances.filter(({ key }) => keys.has(key));
  }

  review({ path, text }: TemplateText): TemplateReview {
    const view = this.#view();
    const uses = this.specsOf(path).map((spec): TemplateUse => {
      const keys = view === undefined ? [] : this.#logic.templateTargets(view, spec);
      return { variables: spec.variables, instances: keys.map((key) => this.#instance(key)) };
    });
    return this.#logic.reviewTemplate(text, uses);
  }

  /** @throws with a sentence when the file is no template or the instance was not read */
  report({ path, text }: TemplateText, key: string): GrantReport {
    const { template, diff, problems } = this.#compare(path, text, key);
    if (template.refused !== undefined) throw new Error(template.refused);
    return this.#logic.toGrantReport({
      instance: key,
      name: path,
      template,
      diff,
      problems,
      fixSql: this.fixSql({ path, text }, key),
    });
  }

  /** '' when there is nothing to do. @throws as `report` does */
  fixSql({ path, text }: TemplateText, key: string): string {
    const { diff, grants } = this.#compare(path, text, key);
    const role = this.#view()?.instances[key]?.role ?? 'unknown';
    const title = [t`Makes ${key} as ${path} says.`];
    if (role === 'unknown') {
      title.push(
        t`Whether it is a replica is not known: it is taken for one. On a primary, leave SET SESSION sql_log_bin=0 out.`,
      );
    }
    return this.#logic.fixSql(diff, {
      server: grants.model.server,
      isReplica: role === 'replica' || role === 'unknown',
      title,
    });
  }

  /**
   * As data for a plan, from a reading made for it.
   * @param readAt ISO 8601, UTC: when the server was asked
   * @throws as `report` does
   */
  fix({ path, text }: TemplateText, key: string, grants: ServerGrants, readAt: string): GrantFix {
    const compared = this.#logic.compareTemplate(text, this.#variablesFor(path, key), grants);
    return this.#logic.toGrantFix(compared, { server: grants.model.server, path, readAt });
  }

  /** Two canonical documents that differ where the meaning does. @throws as `report` does */
  sideBySide({ path, text }: TemplateText, key: string): SideBySide {
    const { diff, grants } = this.#compare(path, text, key);
    return this.#logic.renderSideBySide(diff, grants.model.server);
  }

  #compare(path: string, text: string, key: string) {
    const grants = this.#grants(key);
    return { grants, ...this.#logic.compareTemplate(text, this.#variablesFor(path, key), grants) };
  }

  /** Of the entry that is for this instance; else of one that names its cluster; else of the first. */
  #variablesFor(path: string, key: string): GrantTemplateSpec['variables'] {
    const specs = this.specsOf(path);
    const view = this.#view();
    const clusters = view?.instances[key]?.spec.clusters ?? [];
    const chosen =
      specs.find((spec) => view !== undefined && this.#logic.templateTargets(view, spec).includes(key)) ??
      specs.find((spec) => spec.clusters.some((name) => clusters.includes(name))) ??
      specs[0];
    if (chosen === undefined) {
      throw new Error(t`${path} is no template: no \`grantTemplates\` of the inventory names it.`);
    }
    return chosen.variables;
  }

  #grants(key: string): ServerGrants {
    const known = this.#store.get(key);
    if (known?.grants !== undefined) return known.grants;
    throw new Error(
      known?.failure === undefined ? t`The grants of ${key} were not read yet.` : `${key}: ${known.failure.text}`,
    );
  }

  #instance(key: string): TemplateUse['instances'][number] {
    const view = this.#view();
    const grants = this.#store.get(key)?.grants;
    const server = view && this.#logic.knownServer(view, key);
    return { key, ...(grants && { grants }), ...(server && { server }) };
  }
}
