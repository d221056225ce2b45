#include "tests/sim/cert.h"

#include <err.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tests/sim/random.h"

enum { DAY_S = 86400 };

struct pair {
	gnutls_x509_privkey_t key;
	gnutls_x509_crt_t crt;
};

/* Keeps the first error of several calls, which is the one to report: sets *rc
 * to "next" if "next" is a GnuTLS error code, which is negative, and *rc is not
 * an error code. */
static void also(int *rc, int next)
{
	if (*rc >= 0 && next < 0)
		*rc = next;
}

static void release_pair(struct pair *p)
{
	if (p->crt)
		gnutls_x509_crt_deinit(p->crt);
	if (p->key)
		gnutls_x509_privkey_deinit(p->key);
}

/* Generates the key of p and fills its certificate, but does not set
 * constraints, alternative names, key usage or signature. The certificate is
 * valid from from_s to until_s, in seconds from now. Returns a negative GnuTLS
 * error code on failure, else 0 or more. In both cases, the caller calls
 * release_pair(). */
static int start_pair(
	struct pair *p, const char *name, long from_s, long until_s)
{
	time_t now = time(NULL);
	unsigned char serial[17];
	int rc = gnutls_x509_privkey_init(&p->key);

	/* The high bit of letters and digits is 0, so the serial number is
	 * positive. */
	sim_secret((char *)serial, 16);
	also(&rc, gnutls_x509_crt_init(&p->crt));
	if (rc < 0)
		return rc;
	also(&rc, gnutls_x509_privkey_generate(p->key, GNUTLS_PK_EC,
			  GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	also(&rc, gnutls_x509_crt_set_version(p->crt, 3));
	also(&rc, gnutls_x509_crt_set_key(p->crt, p->key));
	also(&rc, gnutls_x509_crt_set_serial(p->crt, serial, 16));
	also(&rc, gnutls_x509_crt_set_activation_time(p->crt, now + from_s));
	also(&rc, gnutls_x509_crt_set_expiration_time(p->crt, now + until_s));
	also(&rc, gnutls_x509_crt_set_dn_by_oid(p->crt,
			  GNUTLS_OID_X520_COMMON_NAME, 0, name,
			  (unsigned)strlen(name)));
	also(&rc, gnutls_x509_crt_set_subject_key_id(p->crt, serial, 16));
	return rc;
}

static int make_ca(struct pair *ca, long before_s, long after_s)
{
	int rc = start_pair(ca, "kis-sim throw-away CA", -90 * DAY_S - before_s,
		30 * DAY_S + after_s);

	also(&rc, gnutls_x509_crt_set_basic_constraints(ca->crt, 1, 0));
	also(&rc, gnutls_x509_crt_set_key_usage(ca->crt,
			  GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
	also(&rc, gnutls_x509_crt_sign2(
			  ca->crt, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0));
	return rc;
}

static int set_names(gnutls_x509_crt_t crt, enum sim_cert_kind kind)
{
	static const unsigned char loopback[4] = {127, 0, 0, 1};
	static const char other[] = "elsewhere.invalid";
	int rc;

	if (kind == SIM_CERT_OTHER_NAME)
		return gnutls_x509_crt_set_subject_alt_name(
			crt, GNUTLS_SAN_DNSNAME, other, sizeof(other) - 1, 0);
	rc = gnutls_x509_crt_set_subject_alt_name(
		crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_APPEND);
	also(&rc,
		gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS,
			loopback, 4, GNUTLS_FSAN_APPEND));
	return rc;
}

static int make_server(struct pair *server, const struct pair *ca,
	enum sim_cert_kind kind, long before_s, long after_s)
{
	long until_s = kind == SIM_CERT_EXPIRED ? -DAY_S : 30 * DAY_S + after_s;
	const struct pair *by = kind == SIM_CERT_SELF_SIGNED ? server : ca;
	int rc = start_pair(server, "kis-sim", -60 * DAY_S - before_s, until_s);

	also(&rc, set_names(server->crt, kind));
	also(&rc, gnutls_x509_crt_set_basic_constraints(server->crt, 0, -1));
	also(&rc, gnutls_x509_crt_set_key_usage(
			  server->crt, GNUTLS_KEY_DIGITAL_SIGNATURE));
	also(&rc, gnutls_x509_crt_set_key_purpose_oid(
			  server->crt, GNUTLS_KP_TLS_WWW_SERVER, 0));
	also(&rc, gnutls_x509_crt_sign2(
			  server->crt, by->crt, by->key, GNUTLS_DIG_SHA256, 0));
	return rc;
}

/* Returns the data of d as a new string, or NULL if out of memory; the caller
 * frees the string. In both cases, frees the data of d. */
static char *take_datum(gnutls_datum_t *d)
{
	char *text = strndup((const char *)d->data, d->size);

	gnutls_free(d->data);
	d->data = NULL;
	return text;
}

static int export_all(
	struct sim_cert *c, const struct pair *ca, const struct pair *server)
{
	gnutls_datum_t d = {NULL, 0};
	int rc = gnutls_x509_crt_export2(ca->crt, GNUTLS_X509_FMT_PEM, &d);

	if (rc >= 0)
		c->ca = take_datum(&d);
	also(&rc,
		gnutls_x509_crt_export2(server->crt, GNUTLS_X509_FMT_PEM, &d));
	if (rc >= 0)
		c->cert = take_datum(&d);
	also(&rc, gnutls_x509_privkey_export2(
			  server->key, GNUTLS_X509_FMT_PEM, &d));
	if (rc >= 0)
		c->key = take_datum(&d);
	return rc;
}

/* The certificates must be valid by the real clock and by the shifted clock,
 * because a client under test may use either clock. */
int sim_cert_make(struct sim_cert *c, enum sim_cert_kind kind, long shift_s)
{
	long before_s = shift_s < 0 ? -shift_s : 0;
	long after_s = shift_s > 0 ? shift_s : 0;

	struct pair ca = {NULL, NULL}, server = {NULL, NULL};
	int rc = make_ca(&ca, before_s, after_s);

	if (rc >= 0)
		rc = make_server(&server, &ca, kind, before_s, after_s);
	if (rc >= 0)
		rc = export_all(c, &ca, &server);
	release_pair(&server);
	release_pair(&ca);
	if (rc >= 0 && c->ca && c->cert && c->key)
		return 0;
	warnx("cannot make the certificates: %s", gnutls_strerror(rc));
	return -1;
}

void sim_cert_release(struct sim_cert *c)
{
	free(c->ca);
	free(c->cert);
	free(c->key);
	c->ca = c->cert = c->key = NULL;
}
