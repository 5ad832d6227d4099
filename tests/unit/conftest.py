"""Fixtures that several unit tests share."""

from client_bench import bench, fault_server

__all__ = ['bench', 'fault_server']
