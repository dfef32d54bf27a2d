package executable

import (
	"slices"
	"strings"
)

// What follows is in Amazon Linux's minimal container image, of which provided.al2023 is made:
// https://docs.aws.amazon.com/linux/al2023/ug/minimal-container.html. Its packages are listed in
// https://docs.aws.amazon.com/linux/al2023/ug/al2023-container-image-types.html.

// folders hold its programs.
var folders = []string{"/bin", "/usr/bin", "/sbin", "/usr/sbin"}

// programs are those of bash, sed, grep, gawk, curl-minimal, coreutils-single, glibc-common and
// others, without what only a package manager has a use for.
var programs = strings.Fields(`
	bash sh sed grep egrep fgrep awk gawk curl getent iconv locale ldd env microdnf dnf rpm gpg
	[ arch b2sum base32 base64 basename basenc cat chcon chgrp chmod chown chroot cksum comm cp csplit cut
	date dd df dir dircolors dirname du echo expand expr factor false fmt fold groups head hostid id install
	join link ln logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc numfmt od paste pathchk
	pinky pr printenv printf ptx pwd readlink realpath rm rmdir runcon seq sha1sum sha224sum sha256sum
	sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tee test timeout
	touch tr true truncate tsort tty uname unexpand uniq unlink users vdir wc who whoami yes`)

// has reports whether the runtime has a program.
func has(program string) bool { return slices.Contains(programs, program) }

// packages have programs that scripts use elsewhere, and that the runtime does not have, by
// the package of Amazon Linux 2023 that brings them. Those of "" are in none.
var packages = map[string]string{
	"awscli-2": "aws", "bc": "bc", "bind-utils": "dig nslookup", "bzip2": "bzip2 bunzip2", "diffutils": "diff cmp", "file": "file",
	"findutils": "find xargs", "gcc": "gcc cc", "gettext": "envsubst", "git": "git", "gzip": "gzip gunzip zcat", "hostname": "hostname",
	"java-21-amazon-corretto-headless": "java", "iproute": "ip ss", "iputils": "ping", "jq": "jq", "less": "less", "lua": "lua",
	"make": "make", "mariadb105": "mysql", "nmap-ncat": "nc ncat", "nodejs": "node npm npx", "openssh-clients": "ssh scp",
	"openssl": "openssl", "patch": "patch", "perl-interpreter": "perl", "php-cli": "php", "postgresql15": "psql pg_dump",
	"procps-ng": "ps top free pgrep pkill watch uptime", "python3": "python3", "python3-pip": "pip pip3", "rsync": "rsync",
	"ruby": "ruby", "sqlite": "sqlite3", "sudo": "sudo", "tar": "tar", "unzip": "unzip", "util-linux": "flock uuidgen getopt column rev hexdump script su",
	"vim-common": "xxd", "vim-minimal": "vi", "wget": "wget", "which": "which", "xz": "xz unxz", "zip": "zip", "zstd": "zstd unzstd zstdcat",
	"": "python yq deno bun pandoc ffmpeg convert",
}

// packageOf returns the package that has a program; empty if none is known.
func packageOf(program string) string {
	for name, programs := range packages {
		if slices.Contains(strings.Fields(programs), program) {
			return name
		}
	}
	return ""
}

// isMissing reports whether a word is the name of a program that the runtime does not have.
func isMissing(word string) bool {
	return packageOf(word) != "" || slices.Contains(strings.Fields(packages[""]), word)
}

// libraries are the names of its shared libraries.
var libraries = strings.Fields(`
	ld-linux-x86-64.so.2 ld-linux-aarch64.so.1 libc.so.6 libm.so.6 libmvec.so.1 libpthread.so.0 libdl.so.2 librt.so.1
	libutil.so.1 libanl.so.1 libresolv.so.2 libthread_db.so.1 libgcc_s.so.1 libstdc++.so.6 libz.so.1 libssl.so.3 libcrypto.so.3
	libcurl.so.4 libsqlite3.so.0 libxml2.so.2 libzstd.so.1 liblzma.so.5 libbz2.so.1 liblz4.so.1 libpcre2-8.so.0
	libpcre2-posix.so.3 libglib-2.0.so.0 libgobject-2.0.so.0 libgio-2.0.so.0 libgmodule-2.0.so.0 libgthread-2.0.so.0
	libffi.so.8 libyaml-0.so.2 libarchive.so.13 libreadline.so.8 libhistory.so.8 libtinfo.so.6 libncurses.so.6 libncursesw.so.6
	liblua-5.4.so libgmp.so.10 libmpfr.so.6 libkrb5.so.3 libgssapi_krb5.so.2 libk5crypto.so.3 libkrb5support.so.0
	libuuid.so.1 libblkid.so.1 libmount.so.1 libsmartcols.so.1 libselinux.so.1 libcap.so.2 libacl.so.1 libattr.so.1
	libidn2.so.0 libunistring.so.2 libpsl.so.5 libnghttp2.so.14 libjson-c.so.5 libtasn1.so.6 libp11-kit.so.0 libmagic.so.1
	libgcrypt.so.20 libgpg-error.so.0 libcom_err.so.2 libkeyutils.so.1 libverto.so.1`)

// newest are the newest versions of its C and C++ libraries' symbols: those of glibc 2.34 and
// GCC 11.
var newest = map[string]version{"GLIBC_": {2, 34}, "GLIBCXX_": {3, 4, 29}, "CXXABI_": {1, 3, 13}}
