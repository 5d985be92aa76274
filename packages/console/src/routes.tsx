import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed, FailedPage, NotFound } from './components/failed.tsx';
import { Frame } from './components/frame.tsx';
import { loadPage } from './data/load-page.ts';

/**
 * Where everything is. Each page is loaded when somebody goes there. The server answers the same page at every one of
 * these addresses (app/console-plugin.ts), so that links from mails and chats lead to the thing itself.
 */
const root = createRootRoute({ component: Frame, notFoundComponent: NotFound, errorComponent: Failed });
const at = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path });
const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);
/** Search parameters that are a text each; others are dropped. */
const texts =
  <Name extends string>(...names: readonly Name[]) =>
  (search: Record<string, unknown>): { [name in Name]?: string } =>
    Object.fromEntries(names.flatMap((name) => (textOf(search[name]) === undefined ? [] : [[name, search[name]]]))) as {
      [name in Name]?: string;
    };

const overview = createRoute({
  ...at('/'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/overview/overview-page.tsx')), 'OverviewPage'),
});
const alerts = createRoute({
  ...at('/alerts'),
  validateSearch: texts('tab', 'state'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/alerts/alerts-page.tsx')), 'AlertsPage'),
});
const alert = createRoute({
  ...at('/alerts/$alertId'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/alerts/alert-page.tsx')), 'AlertPage'),
});
const alertRules = createRoute({
  ...at('/alert-rules'),
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/alert-rules/rules-page.tsx')), 'RulesPage'),
});
const events = createRoute({
  ...at('/events'),
  validateSearch: texts('product', 'level', 'name', 'resourceId'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/events/events-page.tsx')), 'EventsPage'),
});
const silences = createRoute({
  ...at('/silences'),
  validateSearch: texts('state'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/silences/silences-page.tsx')), 'SilencesPage'),
});
const createEventRule = createRoute({
  ...at('/alert-rules/event/create'),
  validateSearch: texts('copy'),
  component: lazyRouteComponent(
    () => loadPage(() => import('./pages/event-rules/create-event-rule-page.tsx')),
    'CreateEventRulePage',
  ),
});
const modifyEventRule = createRoute({
  ...at('/alert-rules/event/rule/$ruleId'),
  component: lazyRouteComponent(
    () => loadPage(() => import('./pages/event-rules/modify-event-rule-page.tsx')),
    'ModifyEventRulePage',
  ),
});
const createRule = createRoute({
  ...at('/alert-rules/create'),
  validateSearch: texts('copy'),
  component: lazyRouteComponent(
    () => loadPage(() => import('./pages/alert-rules/create-rule-page.tsx')),
    'CreateRulePage',
  ),
});
const modifyRule = createRoute({
  ...at('/alert-rules/rule/$ruleId'),
  component: lazyRouteComponent(
    () => loadPage(() => import('./pages/alert-rules/modify-rule-page.tsx')),
    'ModifyRulePage',
  ),
});
const deliveries = createRoute({
  ...at('/deliveries'),
  validateSearch: texts('status', 'channel', 'ruleId', 'endpoint'),
  component: lazyRouteComponent(
    () => loadPage(() => import('./pages/deliveries/deliveries-page.tsx')),
    'DeliveriesPage',
  ),
});
const delivery = createRoute({
  ...at('/deliveries/$deliveryId'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/deliveries/delivery-page.tsx')), 'DeliveryPage'),
});
const endpoints = createRoute({
  ...at('/endpoints'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/endpoints/endpoints-page.tsx')), 'EndpointsPage'),
});
const inbox = createRoute({
  ...at('/inbox'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/inbox/inbox-page.tsx')), 'InboxPage'),
});
const contacts = createRoute({
  ...at('/contacts'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/contacts/contacts-page.tsx')), 'ContactsPage'),
});
const settings = createRoute({
  ...at('/settings'),
  validateSearch: texts('tab'),
  component: lazyRouteComponent(() => loadPage(() => import('./pages/settings/settings-page.tsx')), 'SettingsPage'),
});

const routeTree = root.addChildren([
  overview,
  alerts,
  alert,
  alertRules,
  events,
  silences,
  createEventRule,
  modifyEventRule,
  createRule,
  modifyRule,
  deliveries,
  delivery,
  endpoints,
  inbox,
  contacts,
  settings,
]);

export const router = createRouter({
  routeTree,
  defaultErrorComponent: FailedPage,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
