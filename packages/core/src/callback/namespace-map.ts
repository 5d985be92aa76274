/** Namespaces that a callback calls by another name (reference: the vendor's table); all others are sent unchanged. */
const CALLBACK_NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['acs_ecs_dashboard', 'acs_ecs'],
  ['acs_slb_dashboard', 'acs_slb'],
  ['acs_rds_dashboard', 'acs_rds'],
  ['acs_oss_dashboard', 'acs_oss'],
  ['acs_sls_dashboard', 'acs_sls'],
  ['acs_ess_dashboard', 'acs_ess'],
  ['acs_containerservice_dashboard', 'acs_containerservice'],
  ['acs_apigateway_dashboard', 'acs_apigateway'],
  ['acs_redis_dashboard', 'acs_kvstore'],
  ['acs_ocs_new', 'acs_ocs'],
  ['acs_mns_new', 'acs_mns'],
]);

/** `metricProject` of a callback, and `namespace` of the classic profile. */
export function callbackNamespace(namespace: string): string {
  return CALLBACK_NAMESPACES.get(namespace) ?? namespace;
}
