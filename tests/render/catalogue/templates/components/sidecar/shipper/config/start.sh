#!/bin/sh
exec shipper --tag={{ own.tag }}
