/// Every rule, by code.
public let allRules: [any Rule.Type] = [
  // Dependencies and layers.
  DependencyCycle.self, ImpossibleLayerOrder.self, SoftCycle.self, UnknownDependency.self, SelfDependency.self,
  HardAndSoft.self, RepeatedDependency.self, UnknownLayerMember.self, ReleaseInTwoLayers.self, ReleaseInNoLayer.self,
  // Network and nodes.
  HostBitsSet.self, OverlappingNetworks.self, PoolOutsideNodeNetworks.self, OverlappingPools.self,
  PoolHoldsTakenAddress.self, PoolInClusterNetwork.self, NodeAddressOutside.self, DuplicateNodeAddress.self,
  RouterOutside.self, VIPOutside.self, VIPTaken.self, RouterAddressTaken.self, UnusableAddress.self,
  ServiceAddressOutsidePools.self, ServiceAddressTwice.self, ServiceNetworkSize.self,
  ServiceNetworkTooLarge.self, PodNetworkTooSmall.self, DualStackMismatch.self, TwoNetworksOfOneFamily.self,
  NoControlPlane.self, EvenControlPlane.self, VIPWithOneServer.self, PoolHoldsNetworkAddress.self,
  NodeInClusterNetwork.self, PoolHoldsDHCP.self, FixedAddressInDHCP.self, VPNOverlaps.self, UnknownVLAN.self,
  PoolOutsideVLAN.self, HostFirewallOff.self, SingleControlPlane.self, NobodyAnswers.self, NodesWithoutFamily.self,
  UnknownPool.self,
  // Names and namespaces.
  ReleaseNameTooLong.self, ReleaseNameUnfitForService.self, ReservedNamespace.self,
  NamespaceConflict.self, ObjectMadeTwice.self,
  // Files.
  MissingFile.self, FileOutsideDirectory.self, UnfitFile.self,
  // References.
  ReferenceMadeLater.self, ReferenceInOtherNamespace.self,
  // Waits.
  WaitInUnusedNamespace.self, WaitForNothing.self, WaitForLaterRelease.self,
  // Workloads.
  ProbePortUnknown.self, MountCollision.self, SharedClaim.self, MutableImageTag.self, ServiceWithoutPorts.self,
  // Components of the catalogue.
  ComponentIncomplete.self, UnknownStorageClass.self,
  // The platform and what applications ask of it.
  ExposureWithoutIngress.self, UnknownIngress.self, SignOnWithoutProvider.self, SignOnNotPossible.self,
  HostOutsideDomain.self, RepeatedRoute.self, PublicWithoutAuthentication.self, ExternalWithoutTunnel.self,
  ExposureWithoutPort.self, DatabaseWithoutOperator.self, BackupWithoutKeeper.self, SecretsWithoutProvider.self,
  UndefinedKind.self, SecretBehindItsUser.self, ProviderWaitsForUser.self,
  CoreWithoutPowerToleration.self, TunnelWithoutNames.self, APIBehindRoute.self, ImageFromItsUser.self,
  // Storage and backups.
  VolumeWithoutBackup.self, BackupInTheCluster.self, DeletedWithItsClaim.self,
  TooFewStorageNodes.self, MoreStorageThanThereIs.self, NothingKeptElsewhere.self,
  // Operations.
  PowerOffForGood.self, PowerTimesEqual.self, PowerOrderTwice.self, GitOpsEngineMissing.self, NobodyCanDecrypt.self,
  PlaintextSecret.self, DefaultPassword.self, SecretFileLacksKey.self, ValuesOutOfReach.self,
  // Versions.
  RemovedAPI.self, ChartTwice.self, ComponentForNewerKubernetes.self, PartsOfOtherVersions.self,
  TalosForOtherKubernetes.self, OperatorOfOtherVersion.self, DefinitionTwice.self,
  // Hosts.
  RepeatedMAC.self, ServerNotAlwaysOn.self, OnDemandWithoutWake.self, RepeatedDisk.self, DataDiskWithoutMount.self,
  WipeByChangingName.self, CephWithoutDisks.self, DiskForNothing.self, TalosWithSSH.self, K3dWithSeveralHosts.self,
  SQLiteWithSeveralServers.self, KubeconfigForEverybody.self, APIForEverybody.self, VersionOfOtherDistribution.self,
  UnknownNode.self, NoNodeFits.self, MoreMemoryThanThereIs.self, SpreadOverTooFewNodes.self, PodLargerThanAnyNode.self,
  NixOSSystemDisk.self, ReservedNodeName.self, StateOnWipedRoot.self, APIAsksNobody.self,
  TalosLinkUnknown.self, TalosDiskElsewhere.self,
]
