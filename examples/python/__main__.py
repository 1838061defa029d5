from disks import disks

disks()
