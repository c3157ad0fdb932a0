import assert from "node:assert/strict";
import { test } from "node:test";
import { NODE_ROLES } from "./node-role.ts";
import { NodeRoles } from "./node-roles.ts";
import { leastRole, mayCall } from "./rule-table.ts";

const MACHINE = "/machine.MachineService";
/** node-api §3.2, row by row: letters of the roles, then the methods. */
const rows = [
  [
    "A",
    MACHINE,
    "Bootstrap Copy Read Reset Rollback Upgrade Kubeconfig GenerateClientConfiguration EtcdForfeitLeadership EtcdLeaveCluster EtcdRecover EtcdRemoveMemberByID EtcdDowngradeCancel EtcdDowngradeEnable EtcdDowngradeValidate ApplyConfiguration",
  ],
  ["A", "/machine.ImageService", "Import Remove"],
  ["A", "/machine.DebugService", "ContainerRun"],
  ["A", "/machine.LifecycleService", "Install Upgrade"],
  ["A", "/cosi.resource.State", "Create Update Destroy Teardown TeardownAndDestroy"],
  [
    "AO",
    MACHINE,
    "Reboot Shutdown Restart ServiceStart ServiceStop ServiceRestart PacketCapture ImagePull EtcdAlarmDisarm EtcdDefragment",
  ],
  ["AO", "/machine.ImageService", "Pull"],
  [
    "AOR",
    MACHINE,
    "CPUInfo CPUFreqStats Containers DiskStats DiskUsage Dmesg Events Hostname ImageList List LoadAvg Logs LogsContainers Memory Mounts NetworkDeviceStats Netstat Processes ServiceList Stats SystemStat Version",
  ],
  ["AOR", "/cluster.ClusterService", "HealthCheck"],
  ["AOR", "/inspect.InspectService", "ControllerRuntimeDependencies"],
  ["AOR", "/machine.ImageService", "List"],
  ["AOR", "/machine.StorageService", "Statfs"],
  ["AOR", "/storage.StorageService", "Disks"],
  ["AOR", "/time.TimeService", "Time TimeCheck"],
  ["AOR", "/cosi.resource.State", "Get List Watch"],
  ["AORE", MACHINE, "EtcdAlarmList EtcdMemberList EtcdStatus"],
  ["AOE", MACHINE, "EtcdSnapshot"],
  ["AORI", "/machine.ImageService", "Verify"],
  ["AM", MACHINE, "MetaWrite MetaDelete"],
  ["A", "/storage.StorageService", "BlockDeviceWipe"],
  ["A", "/machine.LVMService", "LogicalVolumeRemove VolumeGroupRemove PhysicalVolumeRemove"],
  ["A", "/machine.MDService", "Destroy"],
  // In no row of the contract.
  ["A", "/some.other.Service", "Method"],
  ["A", MACHINE, "version"],
  ["A", "/machine.MachineService2", "Version"],
  ["A", "/machine.MachineService/Version", "Version"],
  // Ours.
  ["AOR", "/grpc.health.v1.Health", "Check List Watch"],
  ["AOR", "/grpc.reflection.v1.ServerReflection", "ServerReflectionInfo"],
  ["AOR", "/grpc.reflection.v1alpha.ServerReflection", "ServerReflectionInfo"],
] as const;

const LETTERS = new Map(NODE_ROLES.map((role, index) => [role, "AOREIMX"[index]]));

for (const [letters, service, methods] of rows) {
  test(`${letters} may call ${service}/{${methods.replaceAll(" ", ",")}}`, () => {
    for (const method of methods.split(" ")) {
      const allowed = NODE_ROLES.filter((role) =>
        mayCall(`${service}/${method}`, NodeRoles.parse([role])),
      );
      assert.equal(allowed.map((role) => LETTERS.get(role)).join(""), letters, method);
    }
  });
}

test("nobody without a role, nor with unknown roles alone, may call anything", () => {
  for (const path of ["/machine.MachineService/Version", "/x/Y", "", "/", "/*"]) {
    assert.equal(mayCall(path, NodeRoles.none), false);
    assert.equal(mayCall(path, NodeRoles.parse(["os:root", "*", "os:impersonator"])), false);
  }
});

test("one role of several is enough", () => {
  const roles = NodeRoles.parse(["os:meta:writer", "os:reader"]);
  assert.equal(mayCall("/machine.MachineService/MetaWrite", roles), true);
  assert.equal(mayCall("/machine.MachineService/Version", roles), true);
  assert.equal(mayCall("/machine.MachineService/Reboot", roles), false);
});

test("the least role for all of several methods", () => {
  const least = (...methods: readonly string[]) =>
    leastRole(methods.map((method) => `${MACHINE}/${method}`));
  assert.equal(least("Version"), "os:reader");
  assert.equal(least("Version", "Events", "Reboot"), "os:operator");
  assert.equal(least("Version", "Events", "Reboot", "Read"), "os:admin");
  assert.equal(least("EtcdSnapshot"), "os:operator");
  assert.equal(least("NoSuchMethod"), "os:admin");
  // One of the two roles alone is not enough for both.
  assert.equal(least("MetaWrite", "Version"), "os:admin");
});
